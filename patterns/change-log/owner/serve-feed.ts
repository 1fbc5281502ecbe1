import { readLog, type LogPage } from './read-log.ts'
import type { Signal } from '../signal.ts'
import type { Sql } from '../../../contracts/sql.ts'
import { writePage } from '../transports/feed-text.ts'

export type FeedOptions = {
  /** Runs statements on the primary, with `jit` off: compiling takes longer than the statements. */
  sql: Sql
  /** Raised after each tick of this process's relay. */
  ticked: Signal
  /** Monotonic clock, in milliseconds. */
  clock: () => number
  /** Maximum wait for the tick of a relay in another process. Milliseconds. @default 100 */
  pollMs?: number
}

/** The response to a request. `body` is JSON text. */
export type FeedResponse = { status: 200 | 400; body: string }

/** Limits of one response: the number of records, and the wait for the first one in milliseconds. */
export const MOST = { limit: 5_000, waitMs: 30_000 }

/**
 * Responds to one request for the log of a database, independent of the web framework. The parameters of the query are
 * whole numbers. `epoch` and `after` (an offset) are the position of the reader. `limit` and `wait` (milliseconds) are
 * optional.
 *
 * @param gone aborted when the client disconnects
 */
export async function serveFeed(
  { sql, ticked, clock, pollMs = 100 }: FeedOptions,
  query: URLSearchParams,
  gone?: AbortSignal,
): Promise<FeedResponse> {
  const [epoch, after] = [whole(query.get('epoch')), whole(query.get('after'))]
  const [limit, wait] = [whole(query.get('limit') ?? '1000'), whole(query.get('wait') ?? '0')]
  if (epoch === null || after === null || limit === null || wait === null || limit === 0) {
    const message = `Expected ?epoch=…&after=… and optionally limit and wait, all whole numbers; got ?${query.toString()}`
    return { status: 400, body: JSON.stringify({ message }) }
  }
  const until = clock() + Math.min(wait, MOST.waitMs)
  for (;;) {
    const seen = ticked.count
    const page = await readLog(sql, { epoch, offset: after }, Math.min(limit, MOST.limit))
    const left = until - clock()
    if (!isEmpty(page) || left <= 0 || gone?.aborted) return { status: 200, body: writePage(page) }
    await ticked.after(seen, Math.min(left, pollMs), gone)
  }
}

function isEmpty(page: LogPage): boolean {
  return page.kind === 'records' && page.records.length === 0
}

/** Parses a whole number of at most 15 digits, which is below 2^53. Null for any other text. */
function whole(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null
}
