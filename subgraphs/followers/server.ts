import { deleteExpiredKeys } from '../../patterns/idempotency/index.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Config } from '../../platform/config/read-config.ts'
import { databasesIn, variablesOf } from '../../platform/config/service-variables.ts'
import { serveSubgraph } from '../../service/graphql/serve-subgraph.ts'
import type { RunningServer } from '../../platform/http/server.ts'
import { PrismaClient } from '../../prisma/followers/generated/client.ts'
import { createContext } from './context.ts'
import { resolvers } from './resolvers/index.ts'

/** Variables of the followers service. */
export const VARIABLES = variablesOf('followers')

/** Wires the followers subgraph: follows and blocks. */
export function startFollowers(config: Config<(typeof VARIABLES)[number]>): Promise<RunningServer> {
  const clock = systemClock
  return serveSubgraph({
    name: 'followers',
    folder: import.meta.dirname,
    databases: databasesIn('followers', config),
    config,
    clock,
    createPrisma: (options) => new PrismaClient(options),
    wire: ([database]) => {
      const { name, prisma, transact } = database
      const services = { database: name, prisma, transact, clock, secret: config.INTERNAL_SECRET }
      return {
        resolvers,
        createContext: (base) => createContext(services, base),
        housekeeping: () => deleteExpiredKeys(database.sql, clock()),
      }
    },
  })
}
