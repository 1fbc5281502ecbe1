import { forgetKeys } from '../../patterns/idempotency/index.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Config } from '../../platform/config/read-config.ts'
import { serveSubgraph, SUBGRAPH_VARIABLES } from '../../platform/graphql/serve-subgraph.ts'
import type { RunningServer } from '../../platform/http/server.ts'
import { PrismaClient } from '../../prisma/followers/generated/client.ts'
import { createContext } from './context.ts'
import { resolvers } from './resolvers/index.ts'

/** Variables of the followers service. */
export const VARIABLES = [...SUBGRAPH_VARIABLES, 'DATABASE_URL_FOLLOWERS'] as const

/** Wires the followers subgraph: who follows and blocks whom. */
export function startFollowers(config: Config<(typeof VARIABLES)[number]>): Promise<RunningServer> {
  const clock = systemClock
  return serveSubgraph({
    name: 'followers',
    folder: import.meta.dirname,
    databaseUrl: config.DATABASE_URL_FOLLOWERS,
    config,
    clock,
    createPrisma: (options) => new PrismaClient(options),
    wire: (prisma) => {
      const services = { prisma, clock, secret: config.INTERNAL_SECRET }
      return {
        resolvers,
        createContext: (base) => createContext(services, base),
        housekeeping: () => forgetKeys((text, ...values) => prisma.$queryRawUnsafe(text, ...values), clock()),
      }
    },
  })
}
