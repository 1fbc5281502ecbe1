import type { Clock, MakeId } from '../../platform/clock.ts'
import { createRequestContext, type RequestContext } from '../../platform/graphql/request-context.ts'
import type { RequestBase } from '../../platform/graphql/subgraph-server.ts'
import type { PrismaClient } from '../../prisma/posts/generated/client.ts'
import { createLoaders, type Loaders } from './queries/loaders.ts'

/** What the service lends to every request. `secret` keys the hashes of idempotent inputs. */
export type Services = { prisma: PrismaClient; clock: Clock; makeId: MakeId; secret: string }

export type Context = RequestContext<Services, Loaders>

export function createContext(services: Services, base: RequestBase): Context {
  return createRequestContext(services, base, createLoaders)
}
