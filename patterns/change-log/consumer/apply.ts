import type { EventRecord, LogRecord } from '../record.ts'
import { covers, parseSnapshot, sees } from '../snapshot.ts'
import type { Sql } from '../sql-port.ts'
import { understands, type ConsumerName, type Handler } from './handler.ts'
import { moveOffset, type Progress } from './consumer-offset.ts'
import { lockParked, parkEvent, parkKey } from './parked.ts'

/** What became of the events of a batch. */
export type Applied = { progress: Progress; applied: number; passedOver: number; parked: number }

/**
 * Applies records in one transaction: first the offset, then their effects. Events of parked keys go behind those.
 *
 * @param records follow `progress` without a gap; at least one
 * @throws FencedError, and what the handler and the database throw
 */
export async function applyRecords(
  tx: Sql,
  name: ConsumerName,
  progress: Progress,
  records: readonly LogRecord[],
  handler: Handler,
): Promise<Applied> {
  const moved = await move(tx, name, progress, records)
  const events = records.filter((record) => record.kind === 'event').filter(notIn(progress.exported))
  const known = events.filter((event) => understands(handler, event))
  const parked = moved.parked && known.length > 0 ? await lockParked(tx, name, keysOf(known)) : new Set()
  const behind = known.filter(({ key }) => parked.has(key))
  for (const event of behind) await parkEvent(tx, name, event)
  const free = behind.length > 0 ? known.filter(({ key }) => !parked.has(key)) : known
  if (free.length > 0) await handler.apply(tx, free)
  return {
    progress: moved.progress,
    applied: free.length,
    passedOver: events.length - known.length,
    parked: behind.length,
  }
}

/** Passes an event that cannot be applied, and parks its key. */
export async function parkRecord(
  tx: Sql,
  name: ConsumerName,
  progress: Progress,
  event: EventRecord,
  reason: string,
): Promise<Applied> {
  const moved = await move(tx, name, progress, [event])
  await parkKey(tx, name, event, reason)
  return { progress: moved.progress, applied: 0, passedOver: 0, parked: 1 }
}

async function move(
  tx: Sql,
  name: ConsumerName,
  progress: Progress,
  records: readonly LogRecord[],
): Promise<{ progress: Progress; parked: boolean }> {
  const wrong = records.find((record, i) => record.offset !== progress.offset + 1 + i)
  if (wrong !== undefined || records.length === 0) {
    throw new Error(`Records up to offset ${wrong?.offset} do not follow offset ${progress.offset}.`)
  }
  const control = records.findLast((record) => record.kind === 'control')
  const offset = progress.offset + records.length
  const exported = control && isCovered(progress.exported, control.cur) ? null : progress.exported
  const next = { ...progress, offset, exported }
  return { progress: next, parked: await moveOffset(tx, name, progress, next, control) }
}

/** Once a tick covers the export, no event that is part of the export is still to come. */
export function isCovered(exported: string | null, cur: string): boolean {
  return exported !== null && covers(parseSnapshot(cur), parseSnapshot(exported))
}

/** Passes the events that are not part of the export already. */
export function notIn(exported: string | null): (event: EventRecord) => boolean {
  if (exported === null) return () => true
  const snapshot = parseSnapshot(exported)
  return ({ xid }) => !sees(snapshot, BigInt(xid))
}

function keysOf(events: readonly EventRecord[]): string[] {
  return [...new Set(events.map(({ key }) => key))]
}
