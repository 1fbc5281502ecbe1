import {
  connectionLoader,
  type Connection,
  type PageArgs,
  type PageReader,
} from '../../../patterns/pagination/index.ts'
import type { User } from '../domain/user.ts'
import { createTurnstile } from '../turnstile.ts'
import { searchList } from './search-list.ts'

/** One request, with many searches, must not take all connections of the pool. */
const STATEMENTS_AT_ONCE = 4

/** Loads pages of searches. A search reads by another statement for each direction; all share their cursors. */
export function searchLoader(reader: PageReader) {
  const enter = createTurnstile({ atOnce: STATEMENTS_AT_ONCE })
  const bounded: PageReader = {
    query: (statement, values) => enter(() => reader.query(statement, values)),
  }
  const loaderOf = (forward: boolean, fromCursor: boolean) =>
    connectionLoader<User>(bounded, searchList({ forward, fromCursor }))
  const forward = { start: loaderOf(true, false), cursor: loaderOf(true, true) }
  const backward = { start: loaderOf(false, false), cursor: loaderOf(false, true) }

  return (text: string, page: PageArgs, tsquery: string): Promise<Connection<User>> => {
    // Arguments that contradict each other are refused by every loader.
    const direction = page.last != null || page.before != null ? backward : forward
    const load = page.after != null || page.before != null ? direction.cursor : direction.start
    return load(text, page, [tsquery])
  }
}
