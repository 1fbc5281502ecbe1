import { encodeCursor } from '../../contracts/cursors.ts'
import type { Connection } from './connection.ts'
import { parsePage, type PageArgs } from './page.ts'

/**
 * A page of a short list in memory. A cursor is an index in the list. It stays valid when the list changes, but may then
 * skip or repeat a row.
 *
 * @param scope the list that the cursors belong to; see `encodeCursor`
 * @throws GraphQLError with code BAD_USER_INPUT if the arguments are invalid
 */
export function pageOf<Row>(rows: readonly Row[], args: PageArgs, scope: string): Connection<Row> {
  const { direction, size, cursor } = parsePage(args, scope, ['integer'])
  const place = cursor ? Math.min(Number(cursor[0]), rows.length) : null
  const [start, end] =
    direction === 'forward'
      ? [place === null ? 0 : place + 1, (place ?? -1) + 1 + size]
      : [Math.max((place ?? rows.length) - size, 0), place ?? rows.length]
  const edges = rows.slice(start, end).map((row, i) => ({
    cursor: () => encodeCursor(scope, [String(start + i)]),
    row,
  }))
  return {
    edges,
    pageInfo: {
      hasNextPage: end < rows.length,
      hasPreviousPage: start > 0,
      startCursor: () => edges[0]?.cursor() ?? null,
      endCursor: () => edges.at(-1)?.cursor() ?? null,
    },
  }
}
