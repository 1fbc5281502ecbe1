import { openLog, wakingTransactions } from '../../patterns/change-log/index.ts'
import { deleteExpiredKeys } from '../../patterns/idempotency/index.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Config } from '../../platform/config/read-config.ts'
import { serveSubgraph } from '../../service/graphql/serve-subgraph.ts'
import { SUBGRAPH_VARIABLES } from '../../service/graphql/service-options.ts'
import type { RunningServer } from '../../platform/http/server.ts'
import { withSql } from '../../platform/postgres/prisma-transactions.ts'
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
    openLog,
    wire: (prisma, { written }) => {
      const transactions = wakingTransactions(withSql(prisma), written)
      const services = { prisma, transactions, clock, secret: config.INTERNAL_SECRET }
      return {
        resolvers,
        createContext: (base) => createContext(services, base),
        housekeeping: () =>
          deleteExpiredKeys((text, ...values) => prisma.$queryRawUnsafe(text, ...values), clock()),
      }
    },
  })
}
