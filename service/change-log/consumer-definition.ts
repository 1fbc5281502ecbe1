import type { Sql } from '../../contracts/sql.ts'
import type { DatabaseName } from '../../contracts/topology.ts'
import {
  compareOpenWork,
  openWorkCopy,
  type CompareRows,
  type ConsumerName,
  type Copy,
  type Handler,
  type OpenWork,
} from '../../patterns/change-log/index.ts'

/**
 * A consumer of another service's change log. Its service keeps it (`keepConsumer`), and `npm run log` rebuilds it, compares
 * it and redrives it (`cli/log/consumers.ts`).
 */
export type ConsumerDefinition = {
  /** For example `posts.authors`: the service, and its part in `/readyz`. `source` is the database whose log it follows. */
  name: ConsumerName & { source: DatabaseName }
  /** Name of the owner's export that it is built from. */
  exported: string
  handler: Handler
} & (
  | {
      /** How a copy is built. */
      copy: Copy
      compareRows: (sql: Sql) => CompareRows
    }
  | {
      /** How a reactor is rebuilt. */
      work: OpenWork
    }
)

/** How the consumer is rebuilt from its owner's export. */
export function copyOf(definition: ConsumerDefinition): Copy {
  return 'work' in definition ? openWorkCopy(definition.name, definition.work) : definition.copy
}

/** Compares the consumer with its owner's export. */
export function comparisonOf(definition: ConsumerDefinition, sql: Sql): CompareRows {
  return 'work' in definition
    ? compareOpenWork(sql, definition.name, definition.work)
    : definition.compareRows(sql)
}
