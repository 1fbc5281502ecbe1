import type { LogRecord } from '../record.ts'
import type { Report } from '../owner/relay-options.ts'
import type { Signal } from '../signal.ts'
import type { Sql, Transact } from '../../../contracts/sql.ts'
import { applyRecords, parkRecord, type AppliedBatch } from './apply.ts'
import { FencedError, noteWaiting } from './consumer-offset.ts'
import type { ConsumerPosition } from './consumer-position.ts'
import { isPassing, reasonOf } from './faults.ts'
import { NotYet, type ConsumerName, type Handler } from './handler.ts'
import { othersMoved, readOthers } from './other-sources.ts'

export type PageOptions = {
  name: ConsumerName
  /** The consumer's own database, which holds its tables and its effects. */
  sql: Sql
  transact: Transact
  handler: Handler
  report: Report
  /** Called with the result of each batch, for metrics. */
  applied: (batch: AppliedBatch) => void
  /** Raised by the consumers of this process after each commit, so that a waiting event is retried at once. */
  moved: Signal
  /**
   * While an event waits: interval between reads of the other logs' positions, because another process may apply them.
   * Milliseconds.
   */
  pollMs: number
  /** An event that waits longer is reported, and is retried even if no other log has moved. Milliseconds. */
  waitingMs: number
  /** Called when an event has waited for `waitingMs`. */
  waited: (error: NotYet) => void
}

/** Position of the consumer, and why it stopped there. `notYet` is null if all records were applied. */
type Tried = { position: ConsumerPosition; notYet: NotYet | null }

/**
 * Applies a page in order. If an event cannot be applied, its key is parked. If an event must wait for another log, the
 * transaction ends before it. The event is retried whenever another log of this consumer has moved.
 *
 * @returns the position of the consumer. It is before the end of the page if `stop` was aborted, or if an event has waited
 *   for `waitingMs`. Then the caller must read the log again, because the log may have expired or started a new epoch
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
  // The other positions are read before each try. Otherwise a move between the try and the read would be missed.
  let others = await readOthers(options.sql, options.name)
  for (;;) {
    const rest = records.slice(position.offset - from.offset)
    ;({ position, notYet } = await tryRecords(options, position, rest))
    if (!notYet) return position
    await noteWaiting(options.sql, options.name, position, reasonOf(notYet.message))
    others = await othersMoved(options, others, late)
    if (!late.aborted) continue
    if (!stop.aborted) options.waited(notYet)
    return position
  }
}

/** If a batch fails, its records are applied one by one, to find the record that fails. */
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

/** Applies the records before an event that must wait. An earlier event may have to wait as well. */
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
    const reason = reasonOf(error)
    const done = await transact((tx) => parkRecord(tx, name, position, record, reason))
    report('error', `key ${record.key} is parked at offset ${record.offset} (${record.type}): ${reason}`)
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
