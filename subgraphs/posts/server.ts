import { forgetKeys } from '../../patterns/idempotency/index.ts'
import { idMaker, systemClock } from '../../platform/clock.ts'
import type { Config } from '../../platform/config/read-config.ts'
import { serveSubgraph, SUBGRAPH_VARIABLES } from '../../platform/graphql/serve-subgraph.ts'
import type { RunningServer } from '../../platform/http/server.ts'
import { PrismaClient } from '../../prisma/posts/generated/client.ts'
import { createContext } from './context.ts'
import { resolvers } from './resolvers/index.ts'

/** Variables of the posts service. */
export const VARIABLES = [...SUBGRAPH_VARIABLES, 'DATABASE_URL_POSTS'] as const

/** Wires the posts subgraph: what people publish, answer and like. */
export function startPosts(config: Config<(typeof VARIABLES)[number]>): Promise<RunningServer> {
  const clock = systemClock
  return serveSubgraph({
    name: 'posts',
    folder: import.meta.dirname,
    databaseUrl: config.DATABASE_URL_POSTS,
    config,
    clock,
    createPrisma: (options) => new PrismaClient(options),
    wire: (prisma) => {
      const services = { prisma, clock, makeId: idMaker(clock), secret: config.INTERNAL_SECRET }
      return {
        resolvers,
        createContext: (base) => createContext(services, base),
        housekeeping: () => forgetKeys((text, ...values) => prisma.$queryRawUnsafe(text, ...values), clock()),
      }
    },
  })
}
