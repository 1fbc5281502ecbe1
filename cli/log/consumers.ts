import type { Client } from 'pg'
import { serveExport, type ConsumerName, type OpenExport } from '../../patterns/change-log/index.ts'
import type { DatabaseName } from '../../contracts/topology.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import type { ConsumerDefinition } from '../../service/change-log/consumer-definition.ts'
import type { Exports } from '../../service/change-log/export-route.ts'
import { DECISIONS } from '../../subgraphs/followers/decisions/decisions-consumer.ts'
import { followersExports } from '../../subgraphs/followers/exports.ts'
import { AUTHORS } from '../../subgraphs/posts/authors/authors-consumer.ts'
import { BLOCKS_COPY } from '../../subgraphs/posts/blocks/blocks-consumer.ts'
import { FOLLOW_REQUESTS } from '../../subgraphs/users/follow-requests/follow-requests-consumer.ts'
import { usersExports } from '../../subgraphs/users/exports.ts'

/** A consumer, with what the commands need to rebuild it and to compare it with its owner. */
export type Consumer = ConsumerDefinition & {
  /** The database of the consumer. */
  database: DatabaseName
  /** The exports of the owner. */
  exports: Exports
}

/** All consumers that are built from the state of their owner. */
export const consumers: readonly Consumer[] = [
  { ...AUTHORS, database: 'posts', exports: usersExports() },
  { ...BLOCKS_COPY, database: 'posts', exports: followersExports },
  { ...FOLLOW_REQUESTS, database: 'users', exports: followersExports },
  { ...DECISIONS, database: 'followers', exports: usersExports() },
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
 *
 * @param connect opens a connection to the owner's database, which the export closes
 */
export function openExport({ exported, exports }: Consumer, connect: () => Promise<Client>): OpenExport {
  const query = exports[exported]
  if (!query) throw new Error(`There is no export ${exported}, only ${Object.keys(exports).join(' and ')}.`)
  return (stop) => serveExport({ connect, query: query() }, stop)
}
