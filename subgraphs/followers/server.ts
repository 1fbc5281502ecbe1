import { randomUUID } from 'node:crypto'
import { deleteExpiredKeys } from '../../patterns/idempotency/index.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Config } from '../../platform/config/read-config.ts'
import { databasesIn, variablesOf } from '../../platform/config/service-variables.ts'
import { exportRoute } from '../../service/change-log/export-route.ts'
import { keepConsumer } from '../../service/change-log/keep-consumer.ts'
import { onlyDatabase } from '../../service/databases.ts'
import { startService } from '../../service/start-service.ts'
import type { RunningServer } from '../../platform/http/server.ts'
import { startExpiry } from './commands/expiry-loop.ts'
import { createContext } from './context.ts'
import { DECISIONS } from './decisions/decisions-consumer.ts'
import { followersExports } from './exports.ts'
import { startImport } from './import/import-loop.ts'
import { facetTable } from './resolvers/facets.ts'
import { resolvers } from './resolvers/index.ts'

/** Variables of the followers service. */
export const VARIABLES = variablesOf('followers')

/** Wires the followers subgraph: follows and blocks. */
export function startFollowers(config: Config<(typeof VARIABLES)[number]>): Promise<RunningServer> {
  const clock = systemClock
  return startService({
    name: 'followers',
    folder: import.meta.dirname,
    databases: databasesIn('followers', config),
    config,
    clock,
    wire: (databases, { log }) => {
      const database = onlyDatabase(databases)
      const { name, transact, sql } = database
      const ownerUrl = config.SUBGRAPH_URL_USERS
      const decisions = keepConsumer(DECISIONS, { database, ownerUrl, config, clock, log })
      const ttlMs = config.FOLLOW_REQUEST_TTL_S * 1_000
      const services = {
        database: name,
        transact,
        sql,
        clock,
        newId: randomUUID,
        secret: config.INTERNAL_SECRET,
        consumer: decisions.running,
      }
      return {
        resolvers,
        facetTable,
        createContext: (base) => createContext(services, base),
        internalRoutes: [exportRoute(databases, followersExports, log)],
        consumers: [decisions],
        background: () => {
          const stack = new AsyncDisposableStack()
          stack.use(startExpiry({ transact, clock, ttlMs, log }))
          stack.use(startImport({ transact, log }))
          return stack
        },
        housekeeping: () => deleteExpiredKeys(database.sql, clock()),
      }
    },
  })
}
