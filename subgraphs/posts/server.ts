import { deleteExpiredKeys } from '../../patterns/idempotency/index.ts'
import { idMaker, systemClock } from '../../platform/clock.ts'
import type { Config } from '../../platform/config/read-config.ts'
import { databasesIn, variablesOf } from '../../platform/config/service-variables.ts'
import { onlyDatabase } from '../../service/databases.ts'
import { keepConsumer } from '../../service/change-log/keep-consumer.ts'
import { startService } from '../../service/start-service.ts'
import type { RunningServer } from '../../platform/http/server.ts'
import { AUTHORS } from './authors/authors-consumer.ts'
import { BLOCKS_COPY } from './blocks/blocks-consumer.ts'
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
      const { name, transact } = database
      const kept = { database, config, clock, log }
      const authors = keepConsumer(AUTHORS, { ...kept, ownerUrl: config.SUBGRAPH_URL_USERS })
      const blocks = keepConsumer(BLOCKS_COPY, { ...kept, ownerUrl: config.SUBGRAPH_URL_FOLLOWERS })
      const services = {
        database: name,
        transact,
        clock,
        makeId: idMaker(clock),
        secret: config.INTERNAL_SECRET,
        authorsConsumer: authors.running,
        blocksConsumer: blocks.running,
      }
      return {
        resolvers,
        facetTable,
        createContext: (base) => createContext(services, base),
        consumers: [authors, blocks],
        // Without it, no post can show its author. Without the copy of blocks, everything works except that nobody is barred.
        needed: { authors: authors.requireBuilt },
        housekeeping: () => deleteExpiredKeys(database.sql, clock()),
      }
    },
  })
}
