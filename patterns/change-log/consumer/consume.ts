import type { Position } from '../position.ts'
import { createSignal, pause, type Signal } from '../signal.ts'
import type { LogReader } from '../transports/transport.ts'
import type { AppliedBatch } from './apply.ts'
import { applyPage, type PageOptions } from './apply-page.ts'
import type { NotYet } from './handler.ts'
import { FencedError } from './consumer-offset.ts'
import { readConsumerPosition, type ConsumerPosition } from './consumer-position.ts'

export type ConsumeOptions = Pick<PageOptions, 'name' | 'sql' | 'transact' | 'handler' | 'report'> & {
  /** Reads the log without gaps: a feed, or a `healingReader`. */
  reader: LogReader
  /** Called with the result of each batch, for metrics. */
  applied?: (batch: AppliedBatch) => void
  /** Raised by the consumers of this process after each commit, so that a waiting event is retried at once. */
  moved?: Signal
  /** Maximum number of records in one transaction. @default 500 */
  batch?: number
  /**
   * Maximum wait for records. Twice the heartbeat, to distinguish a quiet log from a lost connection. Milliseconds.
   * @default 2000
   */
  waitMs?: number
  /** Wait after a transient error, or while another process runs the same consumer. Milliseconds. @default 500 */
  retryMs?: number
  /**
   * While an event waits: interval between reads of the other logs' positions, because another process may apply them.
   * Milliseconds. @default 100
   */
  pollMs?: number
  /** An event that waits longer is reported, and is retried even if no other log has moved. Milliseconds. @default 5000 */
  waitingMs?: number
}

/**
 * - `stopped`: `stop` was aborted
 * - `never begun`: the consumer has no offset yet, and must be built from the owner's state
 * - `expired`, `other-epoch`, `ahead`: see `LogPage`. The consumer must be rebuilt from the owner's state
 */
export type ConsumeEnd = 'stopped' | 'never begun' | 'expired' | 'other-epoch' | 'ahead'

/**
 * Applies a log until `stop` is aborted, each event exactly once. If it runs twice at the same time, the second one has no
 * effect except that it slows down the first. If an event cannot be applied, its key is parked. Transient errors are
 * retried.
 */
export async function consume(options: ConsumeOptions, stop: AbortSignal): Promise<ConsumeEnd> {
  const { name, sql, report, retryMs = 500 } = options
  const other = `another process consumes ${name.source} as ${name.consumer}`
  // The same error is reported once until a batch is applied. Another process and each waiting event are reported once.
  let reported = ''
  let reportedOther = false
  let reportedWaiting = 0
  const applied = (batch: AppliedBatch) => {
    reported = ''
    options.applied?.(batch)
  }
  const waited = ({ event, message }: NotYet) => {
    if (event.offset === reportedWaiting) return
    reportedWaiting = event.offset
    report('warn', `offset ${event.offset} of ${name.source} (${event.type}) waits: ${message}`)
  }
  const settings = { moved: createSignal(), pollMs: 100, waitingMs: 5_000, ...options, applied, waited }
  while (!stop.aborted) {
    try {
      const position = await readConsumerPosition(sql, name)
      if (!position) return 'never begun'
      const end = await applyPages(settings, position, stop)
      if (end) return end
    } catch (error) {
      // The read in progress rejects when `stop` is aborted. That is not an error.
      if (stop.aborted) break
      const fenced = error instanceof FencedError
      const message = fenced ? other : String(error)
      if (fenced ? !reportedOther : reported !== message) report('warn', message)
      if (fenced) reportedOther = true
      else reported = message
      await pause(retryMs, stop)
    }
  }
  return 'stopped'
}

type PagesOptions = PageOptions & Pick<ConsumeOptions, 'reader' | 'batch' | 'waitMs'>

/** @returns null if `stop` was aborted */
async function applyPages(
  { reader, batch = 500, waitMs = 2_000, ...options }: PagesOptions,
  from: ConsumerPosition,
  stop: AbortSignal,
): Promise<ConsumeEnd | null> {
  const read = (after: Position) => reader.read(after, batch, waitMs, stop)
  let position = from
  let page = await read(position)
  while (!stop.aborted) {
    if (page.kind !== 'records') return page.kind
    const { epoch, offset } = position
    const end = offset + page.records.length
    // The next page is read while this one is applied.
    const next = read({ epoch, offset: end })
    // Prevents an unhandled rejection. If `next` is awaited below, its error is thrown there.
    next.catch(() => {})
    if (page.records.length > 0) position = await applyPage(options, position, page.records, stop)
    if (stop.aborted) break
    page = await (position.offset < end ? read(position) : next)
  }
  return null
}
