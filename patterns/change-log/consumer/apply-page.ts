import type { LogRecord } from '../record.ts'
import type { Report } from '../owner/relay-options.ts'
import type { Signal } from '../signal.ts'
import type { Sql } from '../sql-port.ts'
import { applyRecords, parkRecord, type AppliedBatch } from './apply.ts'
import { FencedError, noteWaiting } from './consumer-offset.ts'
import type { ConsumerPosition } from './consumer-position.ts'
import { isPassing } from './faults.ts'
import { NotYet, type ConsumerName, type Handler, type Transact } from './handler.ts'
import { othersMoved, readOthers } from './other-sources.ts'

export type PageOptions = {
  name: ConsumerName
  /** The consumer's own database, where its tables and its effects are. */
  sql: Sql
  transact: Transact
  handler: Handler
  report: Report
  /** Called with the result of each batch, for metrics. */
  applied: (batch: AppliedBatch) => void
  /** Raised by the consumers of this process after each commit, so that an event that waits is tried again at once. */
  moved: Signal
  /** While an event waits: between looks at the other logs, which another process may apply. Milliseconds. */
  pollMs: number
  /** An event that waits longer is reported, and tried again though no other log has moved. Milliseconds. */
  waitingMs: number
  /** Called when an event has waited for `waitingMs`. */
  waited: (error: NotYet) => void
}

/** Where the consumer is, and why it did not get further: null at the end of the records. */
type Tried = { position: ConsumerPosition; notYet: NotYet | null }

/**
 * Applies a page in its order. An event that cannot be applied parks its key. An event that must wait for another log ends
 * the transaction before it, and is tried again whenever another log of this consumer has been applied further.
 *
 * @returns where the consumer is; that is before the end of the page when an event has waited for `waitingMs`, as the log
 *   itself may have to be read again by then, or when `stop` was aborted
 */
export async function applyPage(
  options: PageOptions,
  from: ConsumerPosition,
  records: readonly LogRecord[],
  stop: AbortSignal,
): Promise<ConsumerPosition> {
  let { position, notYet } = await tryRecords(options, from, records)
  if (!notYet) return position
  const late = AbortSignal.any([stop, AbortSignal.timeout(options.waitingMs)])
  // The other logs are looked at before each try, or what happens between a try and the look would be missed.
  let others = await readOthers(options.sql, options.name)
  for (;;) {
    const rest = records.slice(position.offset - from.offset)
    ;({ position, notYet } = await tryRecords(options, position, rest))
    if (!notYet) return position
    await noteWaiting(options.sql, options.name, position, notYet.message)
    others = await othersMoved(options, others, late)
    if (!late.aborted) continue
    if (!stop.aborted) options.waited(notYet)
    return position
  }
}

/** A batch that fails is applied record by record, to find the one that makes it fail. */
async function tryRecords(
  options: PageOptions,
  from: ConsumerPosition,
  records: readonly LogRecord[],
): Promise<Tried> {
  try {
    return { position: await apply(options, from, records), notYet: null }
  } catch (error) {
    if (error instanceof FencedError || isPassing(error)) throw error
    const end =
      error instanceof NotYet ? records.findIndex(({ offset }) => offset === error.event.offset) : -1
    if (error instanceof NotYet && end >= 0) return tryBefore(options, from, records.slice(0, end), error)
  }
  let position = from
  for (const record of records) {
    const tried = await applyOrPark(options, position, record)
    if (tried.notYet) return tried
    position = tried.position
  }
  return { position, notYet: null }
}

/** Applies what precedes an event that must wait. An earlier one may have to wait as well. */
async function tryBefore(
  options: PageOptions,
  from: ConsumerPosition,
  records: readonly LogRecord[],
  notYet: NotYet,
): Promise<Tried> {
  if (records.length === 0) return { position: from, notYet }
  const tried = await tryRecords(options, from, records)
  return tried.notYet ? tried : { position: tried.position, notYet }
}

async function applyOrPark(
  options: PageOptions,
  position: ConsumerPosition,
  record: LogRecord,
): Promise<Tried> {
  try {
    return { position: await apply(options, position, [record]), notYet: null }
  } catch (error) {
    if (error instanceof NotYet) return { position, notYet: error }
    if (error instanceof FencedError || isPassing(error) || record.kind !== 'event') throw error
    const { name, transact, report } = options
    const done = await transact((tx) => parkRecord(tx, name, position, record, String(error)))
    report(
      'error',
      `key ${record.key} is parked at offset ${record.offset}, its ${record.type}: ${String(error)}`,
    )
    options.applied(done)
    return { position: done.position, notYet: null }
  }
}

async function apply(
  { name, transact, handler, applied }: PageOptions,
  position: ConsumerPosition,
  records: readonly LogRecord[],
): Promise<ConsumerPosition> {
  const done = await transact((tx) => applyRecords(tx, name, position, records, handler))
  applied(done)
  return done.position
}
