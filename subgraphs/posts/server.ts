import { deleteExpiredKeys } from '../../patterns/idempotency/index.ts'
import { idMaker, systemClock } from '../../platform/clock.ts'
import type { Config } from '../../platform/config/read-config.ts'
import { databasesIn, variablesOf } from '../../platform/config/service-variables.ts'
import { onlyDatabase } from '../../service/databases.ts'
import { startService } from '../../service/start-service.ts'
import type { RunningServer } from '../../platform/http/server.ts'
import { keepAuthors } from './authors/keep-authors.ts'
import { createContext } from './context.ts'
import { facetTable } from './resolvers/facets.ts'
import { resolvers } from './resolvers/index.ts'

/** Variables of the posts service. */
export const VARIABLES = variablesOf('posts')

/** Wires the posts subgraph: posts, replies and likes. */
export function startPosts(config: Config<(typeof VARIABLES)[number]>): Promise<RunningServer> {
  const clock = systemClock
  return startService({
    name: 'posts',
    folder: import.meta.dirname,
    databases: databasesIn('posts', config),
    config,
    clock,
    wire: (databases, { log }) => {
      const database = onlyDatabase(databases)
      const { name, transact, written } = database
      const authors = keepAuthors({ config, clock, log, written })
      const services = {
        database: name,
        transact,
        clock,
        makeId: idMaker(clock),
        secret: config.INTERNAL_SECRET,
        consumer: authors.consumer,
      }
      return {
        resolvers,
        facetTable,
        createContext: (base) => createContext(services, base),
        background: authors.start,
        needed: { authors: authors.requireBuilt },
        reported: { authors: authors.report },
        metrics: authors.metrics,
        housekeeping: () => deleteExpiredKeys(database.sql, clock()),
      }
    },
  })
}
