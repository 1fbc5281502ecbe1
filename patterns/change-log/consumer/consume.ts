import type { Position } from '../position.ts'
import type { LogRecord } from '../record.ts'
import type { Report } from '../owner/relay-options.ts'
import { pause } from '../signal.ts'
import type { Sql } from '../sql-port.ts'
import type { LogReader } from '../transports/transport.ts'
import { applyRecords, parkRecord, type AppliedBatch } from './apply.ts'
import { isPassing } from './faults.ts'
import type { ConsumerName, Handler, Transact } from './handler.ts'
import { FencedError } from './consumer-offset.ts'
import { readConsumerPosition, type ConsumerPosition } from './consumer-position.ts'

export type ConsumeOptions = {
  name: ConsumerName
  /** Of the log, without gaps: a feed, or a transport healed by one. */
  reader: LogReader
  /** The consumer's own database, where its tables and its effects are. */
  sql: Sql
  transact: Transact
  handler: Handler
  report: Report
  /** Told what became of each batch, for metrics. */
  applied?: (batch: AppliedBatch) => void
  /** Most records of one transaction. @default 500 */
  batch?: number
  /** Longest wait for records; twice the heartbeat tells quiet from cut off. Milliseconds. @default 2000 */
  waitMs?: number
  /** Wait after a passing error, and for another process that consumes the same. Milliseconds. @default 500 */
  retryMs?: number
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
  // What lasts is told once: an error until something has been applied, the other process once and for all.
  let told = ''
  let toldOfOther = false
  const applied = (batch: AppliedBatch) => {
    told = ''
    options.applied?.(batch)
  }
  while (!stop.aborted) {
    try {
      const position = await readConsumerPosition(sql, name)
      if (!position) return 'never begun'
      const end = await follow({ ...options, applied }, position, stop)
      if (end) return end
    } catch (error) {
      // What was being read when it was to stop.
      if (stop.aborted) break
      const fenced = error instanceof FencedError
      const message = fenced ? other : String(error)
      if (fenced ? !toldOfOther : told !== message) report('warn', message)
      if (fenced) toldOfOther = true
      else told = message
      await pause(retryMs, stop)
    }
  }
  return 'stopped'
}

async function follow(
  { reader, batch = 500, waitMs = 2_000, ...options }: ConsumeOptions,
  from: ConsumerPosition,
  stop: AbortSignal,
): Promise<ConsumeEnd | null> {
  const read = (after: Position) => reader.read(after, batch, waitMs, stop)
  let position = from
  let page = await read(position)
  while (!stop.aborted) {
    if (page.kind !== 'records') return page.kind
    const { epoch, offset } = position
    const next = read({ epoch, offset: offset + page.records.length })
    // The next page is read while this one is applied.
    if (page.records.length === 0) page = await next
    else
      [position, page] = await Promise.all([applyPage({ reader, ...options }, position, page.records), next])
  }
  return null
}

/** A batch that fails is applied record by record, to find the one that makes it fail. */
async function applyPage(
  options: ConsumeOptions,
  from: ConsumerPosition,
  records: readonly LogRecord[],
): Promise<ConsumerPosition> {
  try {
    return await apply(options, from, records)
  } catch (error) {
    if (error instanceof FencedError || isPassing(error)) throw error
  }
  let position = from
  for (const record of records) position = await applyOrPark(options, position, record)
  return position
}

async function applyOrPark(
  options: ConsumeOptions,
  position: ConsumerPosition,
  record: LogRecord,
): Promise<ConsumerPosition> {
  try {
    return await apply(options, position, [record])
  } catch (error) {
    if (error instanceof FencedError || isPassing(error) || record.kind !== 'event') throw error
    const { name, transact, report } = options
    const done = await transact((tx) => parkRecord(tx, name, position, record, String(error)))
    report(
      'error',
      `key ${record.key} is parked at offset ${record.offset}, its ${record.type}: ${String(error)}`,
    )
    options.applied?.(done)
    return done.position
  }
}

async function apply(
  { name, transact, handler, applied }: ConsumeOptions,
  position: ConsumerPosition,
  records: readonly LogRecord[],
): Promise<ConsumerPosition> {
  const done = await transact((tx) => applyRecords(tx, name, position, records, handler))
  applied?.(done)
  return done.position
}
