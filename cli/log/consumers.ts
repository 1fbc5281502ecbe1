import type { Sql } from '../../contracts/sql.ts'
import { PROFILES } from '../../contracts/exports.ts'
import type { CompareRows, ConsumerName, Copy, Handler, OpenExport } from '../../patterns/change-log/index.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { authorCopy, compareAuthors } from '../../subgraphs/posts/authors/author-copy.ts'
import { authorEvents } from '../../subgraphs/posts/authors/author-events.ts'
import { AUTHORS } from '../../subgraphs/posts/authors/consume-authors.ts'
import { exportRoute } from '../../subgraphs/users/exports.ts'
import type { DatabaseName } from '../../contracts/topology.ts'

type Route = ReturnType<typeof exportRoute>

/** A consumer, with what the commands need to rebuild it and to compare it with its owner. */
export type Consumer = {
  name: ConsumerName & { source: DatabaseName }
  /** The database of the consumer. */
  database: DatabaseName
  handler: Handler
  copy: Copy
  compareRows: (sql: Sql) => CompareRows
  /** The owner's export: its name, and the route that serves it. */
  exported: { name: string; route: (...owner: Parameters<typeof exportRoute>) => Route }
}

/** All consumers that are built from the state of their owner. */
export const consumers: readonly Consumer[] = [
  {
    name: AUTHORS,
    database: 'posts',
    handler: authorEvents,
    copy: authorCopy,
    compareRows: compareAuthors,
    exported: { name: PROFILES, route: exportRoute },
  },
]

export const fullName = ({ consumer, source }: ConsumerName) => `${consumer}/${source}`

/**
 * @param text `posts.authors`, `posts.authors/users` or `posts/authors`
 * @throws UserFacingError that lists the known consumers
 */
export function findConsumer(text: string): Consumer {
  const found = consumers.find(({ name }) =>
    [name.consumer, fullName(name), name.consumer.replace('.', '/')].includes(text),
  )
  if (found) return found
  const known = consumers.map(({ name }) => name.consumer).join(', ')
  throw new UserFacingError(`There is no consumer ${JSON.stringify(text)}. Known consumers: ${known}.`)
}

/**
 * Reads the owner's export directly from its database. The service need not be running, and its address is not needed.
 */
export function openExport({ exported }: Consumer, ...owner: Parameters<typeof exportRoute>): OpenExport {
  const route = exported.route(...owner)
  return async (stop) => {
    const query = new URLSearchParams({ name: exported.name })
    const { status, body } = await route.respond({ query, body: '', gone: stop })
    if (typeof body !== 'string') return body
    throw new Error(`The export ${exported.name} failed with status ${status}: ${body}`)
  }
}
