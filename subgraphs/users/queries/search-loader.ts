import {
  connectionLoader,
  type Connection,
  type KeysetList,
  type PageArgs,
  type PageReader,
} from '../../../patterns/pagination/index.ts'
import type { User } from '../domain/user.ts'
import { concurrencyLimit } from '../../../platform/concurrency-limit.ts'
import { searchList } from './search-list.ts'

/** A request with many searches must not take all connections of the pool. */
const STATEMENTS_AT_ONCE = 4

/** Each direction has its own statement; they share cursors. */
const LISTS = {
  forward: { start: listOf(true, false), cursor: listOf(true, true) },
  backward: { start: listOf(false, false), cursor: listOf(false, true) },
}

/** Loads pages of searches. */
export function searchLoader(reader: PageReader) {
  const enter = concurrencyLimit({ atOnce: STATEMENTS_AT_ONCE })
  const bounded: PageReader = {
    query: (statement, values) => enter(() => reader.query(statement, values)),
  }
  const loadersOf = ({ start, cursor }: typeof LISTS.forward) => ({
    start: connectionLoader<User>(bounded, start),
    cursor: connectionLoader<User>(bounded, cursor),
  })
  const forward = loadersOf(LISTS.forward)
  const backward = loadersOf(LISTS.backward)

  return (text: string, page: PageArgs): Promise<Connection<User>> => {
    // Every loader rejects contradictory arguments.
    const direction = page.last != null || page.before != null ? backward : forward
    const load = page.after != null || page.before != null ? direction.cursor : direction.start
    return load(text, page, [text])
  }
}

function listOf(forward: boolean, fromCursor: boolean): KeysetList {
  return searchList({ forward, fromCursor })
}
