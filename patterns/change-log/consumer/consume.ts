import type { Position } from '../position.ts'
import { createSignal, pause, type Signal } from '../signal.ts'
import type { LogReader } from '../transports/transport.ts'
import type { AppliedBatch } from './apply.ts'
import { applyPage, type PageOptions } from './apply-page.ts'
import type { NotYet } from './handler.ts'
import { FencedError } from './consumer-offset.ts'
import { readConsumerPosition, type ConsumerPosition } from './consumer-position.ts'

export type ConsumeOptions = Pick<PageOptions, 'name' | 'sql' | 'transact' | 'handler' | 'report'> & {
  /** Of the log, without gaps: a feed, or a transport healed by one. */
  reader: LogReader
  /** Called with the result of each batch, for metrics. */
  applied?: (batch: AppliedBatch) => void
  /** Raised by the consumers of this process after each commit, so that an event that waits is tried again at once. */
  moved?: Signal
  /** Most records of one transaction. @default 500 */
  batch?: number
  /** Longest wait for records; twice the heartbeat tells quiet from cut off. Milliseconds. @default 2000 */
  waitMs?: number
  /** Wait after a passing error, and for another process that consumes the same. Milliseconds. @default 500 */
  retryMs?: number
  /** While an event waits: between looks at the other logs, which another process may apply. Milliseconds. @default 100 */
  pollMs?: number
  /** An event that waits longer is reported, and tried again though no other log has moved. Milliseconds. @default 5000 */
  waitingMs?: number
}

/**
 * - `stopped`: as was asked
 * - the others: it must be rebuilt from the owner's state (`never begun`: it has no offset yet)
 */
export type ConsumeEnd = 'stopped' | 'never begun' | 'expired' | 'other-epoch' | 'ahead'

/**
 * Applies a log, each event exactly once, until `stop` is aborted. Started twice, the second one does nothing but get in
 * the way of the first. An event that cannot be applied parks its key; passing errors are waited out.
 */
export async function consume(options: ConsumeOptions, stop: AbortSignal): Promise<ConsumeEnd> {
  const { name, sql, report, retryMs = 500 } = options
  const other = `another process consumes ${name.source} as ${name.consumer}`
  // A persistent error is reported once, until something has been applied; the other process and each event that waits, once.
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
    report('warn', `offset ${event.offset} of ${name.source}, its ${event.type}, waits: ${message}`)
  }
  const settings = { moved: createSignal(), pollMs: 100, waitingMs: 5_000, ...options, applied, waited }
  while (!stop.aborted) {
    try {
      const position = await readConsumerPosition(sql, name)
      if (!position) return 'never begun'
      const end = await follow(settings, position, stop)
      if (end) return end
    } catch (error) {
      // The read that was under way when `stop` was aborted.
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

type FollowOptions = PageOptions & Pick<ConsumeOptions, 'reader' | 'batch' | 'waitMs'>

async function follow(
  { reader, batch = 500, waitMs = 2_000, ...options }: FollowOptions,
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
    // Its error is thrown where it is awaited, if it is.
    next.catch(() => {})
    if (page.records.length > 0) position = await applyPage(options, position, page.records, stop)
    if (stop.aborted) break
    page = await (position.offset < end ? read(position) : next)
  }
  return null
}
