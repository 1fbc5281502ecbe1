import type { KeysetList } from '../../../patterns/pagination/index.ts'
import { scanSql } from './search-scan.ts'

/** The direction of a page, and whether it starts at a cursor: then `$4` is the cursor's rank and `$5` its handle. */
export type SearchDirection = { forward: boolean; fromCursor: boolean }

/**
 * Users that match a query. The parent is the query in lower case; `$3` is the query for the search of words. Rank 0: the
 * handle equals the query. Rank 1: the handle starts with it. Rank 2: each word of the query starts a word of the name. The
 * ranks do not overlap.
 *
 * One letter matches many users. So only as many are read as the page needs from the cursor on, and one on the other side
 * of the cursor, to know whether there are any.
 */
export function searchList({ forward, fromCursor }: SearchDirection): KeysetList {
  const page = { ascending: forward, from: fromCursor ? 'beyond' : 'end', limit: '$2::bigint' } as const
  const other = { ascending: !forward, from: 'cursor', limit: '1' } as const
  // The other side comes first, so that a check for one row stops there.
  const scans = fromCursor ? [other, page] : [page]
  return {
    name: 'Query.searchUsers',
    parentType: 'text',
    select:
      'found.id, found.handle, found.name, found.bio, found."approvesFollowers", found.version, found."createdAt"',
    from: `(${scans.map(scanSql).join(' union all ')}) as found`,
    where: 'true',
    key: [
      { column: 'found.rank', type: 'integer' },
      { column: 'found.handle', type: 'text' },
    ],
    order: 'asc',
    extras: 1,
  }
}
