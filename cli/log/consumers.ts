import { PROFILES } from '../../contracts/exports.ts'
import type {
  CompareRows,
  ConsumerName,
  Copy,
  Handler,
  OpenExport,
  Sql,
} from '../../patterns/change-log/index.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { authorCopy, compareAuthors } from '../../subgraphs/posts/authors/author-copy.ts'
import { authorEvents } from '../../subgraphs/posts/authors/author-events.ts'
import { AUTHORS } from '../../subgraphs/posts/authors/follow-authors.ts'
import { exportRoute } from '../../subgraphs/users/exports.ts'
import type { DatabaseName } from '../../contracts/topology.ts'

type Route = ReturnType<typeof exportRoute>

/** A consumer, with all that its service does with it. */
export type Consumer = {
  name: ConsumerName & { source: DatabaseName }
  /** The database it is in. */
  database: DatabaseName
  handler: Handler
  copy: Copy
  compareRows: (sql: Sql) => CompareRows
  /** The owner's export: its name, and the route that serves it. */
  exported: { name: string; route: (...owner: Parameters<typeof exportRoute>) => Route }
}

/** Every consumer that is built from its owner's state. */
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
 * @throws UserFacingError naming those there are
 */
export function findConsumer(text: string): Consumer {
  const found = consumers.find(({ name }) =>
    [name.consumer, fullName(name), name.consumer.replace('.', '/')].includes(text),
  )
  if (found) return found
  const known = consumers.map(({ name }) => name.consumer).join(', ')
  throw new UserFacingError(`There is no consumer ${JSON.stringify(text)}. There is ${known}.`)
}

/**
 * The owner's export as its service would serve it, read from its database: for that the service need not run, nor its
 * address be known.
 */
export function openExport({ exported }: Consumer, ...owner: Parameters<typeof exportRoute>): OpenExport {
  const route = exported.route(...owner)
  return async (stop) => {
    const query = new URLSearchParams({ name: exported.name })
    const { status, body } = await route.respond({ query, body: '', gone: stop })
    if (typeof body !== 'string') return body
    throw new Error(`The export ${exported.name} was answered with ${status}: ${body}`)
  }
}
