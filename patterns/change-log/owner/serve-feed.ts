import { readLog, type LogPage } from './read-log.ts'
import type { Signal } from '../signal.ts'
import type { Sql } from '../sql-port.ts'
import { writePage } from '../transports/feed-text.ts'

export type FeedOptions = {
  /** Runs statements on the primary. With `jit` off: it takes longer than they do. */
  sql: Sql
  /** Raised after each tick of this process's relay. */
  ticked: Signal
  /** Milliseconds, monotonic. */
  clock: () => number
  /** Longest wait for the tick of a relay in another process. Milliseconds. @default 100 */
  pollMs?: number
}

/** What to answer: JSON text. */
export type FeedResponse = { status: 200 | 400; body: string }

/** The most records of one answer, and the longest wait for the first. */
export const MOST = { limit: 5_000, waitMs: 30_000 }

/**
 * Answers one request for the log of a database, whatever the web framework. The query's parameters, all whole numbers:
 * `epoch` and `after` (an offset) say where the reader is; `limit` and `wait` (ms) are optional.
 *
 * @param gone aborted when the client goes away
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

/** Null for anything but a whole number below 2^53. */
function whole(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null
}
