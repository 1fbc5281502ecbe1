import { parseIdOf, type Uuid } from '../../contracts/ids.ts'
import type { Clock, MakeId } from '../../platform/clock.ts'
import type { RequestBase } from '../../platform/graphql/subgraph-server.ts'
import type { PrismaClient } from '../../prisma/posts/generated/client.ts'
import { createLoaders, type Loaders } from './queries/loaders.ts'

/** What the service lends to every request. */
export type Services = { prisma: PrismaClient; clock: Clock; makeId: MakeId; secret: string }

export type Context = Services & {
  /** The signed-in user; null when anonymous. */
  viewer: Uuid | null
  /** Loaders remember what they read; a mutation replaces them. */
  loaders: Loaders
  /** Forgets what was read before a write. */
  forgetReads: () => void
}

export function createContext(services: Services, { viewer, reader }: RequestBase): Context {
  const viewerId = viewer && parseIdOf('user', viewer.id)
  const load = () => createLoaders(reader, viewerId)
  const context: Context = {
    ...services,
    viewer: viewerId,
    loaders: load(),
    forgetReads: () => {
      context.loaders = load()
    },
  }
  return context
}
