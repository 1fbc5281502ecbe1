import type { KeysetList } from '../../../patterns/pagination/index.ts'
import { scanSql } from './search-scan.ts'

/** Which way a page goes, and whether it starts at a cursor: `$4` is then the cursor's rank, `$5` its handle. */
export type SearchDirection = { forward: boolean; fromCursor: boolean }

/**
 * Users found by a text, the parent, lower case; `$3` is the text once more, for its words. Rank 0: the handle is the text.
 * 1: the handle starts with it. 2: each word of the text begins a word of the name. The three never overlap.
 *
 * One letter finds a good part of all users, so they are not read as a whole: only as many as the page can take from
 * the cursor on, and one on the cursor's other side, which tells that there are any.
 */
export function searchList({ forward, fromCursor }: SearchDirection): KeysetList {
  const page = { ascending: forward, from: fromCursor ? 'beyond' : 'end', limit: '$2::bigint' } as const
  const other = { ascending: !forward, from: 'cursor', limit: '1' } as const
  // The other side comes first: who only asks whether it has a row reads no further.
  const scans = fromCursor ? [other, page] : [page]
  return {
    name: 'Query.searchUsers',
    parentType: 'text',
    select: 'found.id, found.handle, found.name, found.bio, found.version, found."createdAt"',
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
