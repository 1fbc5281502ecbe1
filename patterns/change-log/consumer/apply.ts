import type { EventRecord, LogRecord } from '../record.ts'
import { covers, parseSnapshot, sees } from '../snapshot.ts'
import type { Sql } from '../../../contracts/sql.ts'
import { understands, type ConsumerName, type Handler } from './handler.ts'
import { moveOffset } from './consumer-offset.ts'
import type { ConsumerPosition } from './consumer-position.ts'
import { lockParked, parkEvent, parkKey } from './parked.ts'

/** Result of a batch: the new position, and how many events were applied, passed over, and queued behind parked keys. */
export type AppliedBatch = { position: ConsumerPosition; applied: number; passedOver: number; parked: number }

/**
 * Applies records in one transaction: first it moves the offset, then it applies the effects. An event of a parked key is
 * queued behind that key.
 *
 * @param records follow `position` without a gap; at least one
 * @throws FencedError if another process has moved the offset; also any error of the handler or the database
 */
export async function applyRecords(
  tx: Sql,
  name: ConsumerName,
  position: ConsumerPosition,
  records: readonly LogRecord[],
  handler: Handler,
): Promise<AppliedBatch> {
  const moved = await move(tx, name, position, records)
  const events = records.filter((record) => record.kind === 'event').filter(notIn(position.exported))
  const known = events.filter((event) => understands(handler, event))
  const parked = moved.parked && known.length > 0 ? await lockParked(tx, name, keysOf(known)) : new Set()
  const behind = known.filter(({ key }) => parked.has(key))
  for (const event of behind) await parkEvent(tx, name, event)
  const free = behind.length > 0 ? known.filter(({ key }) => !parked.has(key)) : known
  if (free.length > 0) await handler.apply(tx, free)
  return {
    position: moved.position,
    applied: free.length,
    passedOver: events.length - known.length,
    parked: behind.length,
  }
}

/** Moves the offset past an event that cannot be applied, and parks its key. */
export async function parkRecord(
  tx: Sql,
  name: ConsumerName,
  position: ConsumerPosition,
  event: EventRecord,
  reason: string,
): Promise<AppliedBatch> {
  const moved = await move(tx, name, position, [event])
  await parkKey(tx, name, event, reason)
  return { position: moved.position, applied: 0, passedOver: 0, parked: 1 }
}

async function move(
  tx: Sql,
  name: ConsumerName,
  position: ConsumerPosition,
  records: readonly LogRecord[],
): Promise<{ position: ConsumerPosition; parked: boolean }> {
  const wrong = records.find((record, i) => record.offset !== position.offset + 1 + i)
  if (wrong !== undefined || records.length === 0) {
    throw new Error(`Records up to offset ${wrong?.offset} do not follow offset ${position.offset}.`)
  }
  const control = records.findLast((record) => record.kind === 'control')
  const offset = position.offset + records.length
  const exported = control && isCovered(position.exported, control.cur) ? null : position.exported
  const next = { ...position, offset, exported, cur: control?.cur ?? position.cur }
  return { position: next, parked: await moveOffset(tx, name, position, next, control) }
}

/** Whether a tick covers the export. If it does, no event that is part of the export is still to come. */
export function isCovered(exported: string | null, cur: string): boolean {
  return exported !== null && covers(parseSnapshot(cur), parseSnapshot(exported))
}

/** Selects the events that are not part of the export. */
export function notIn(exported: string | null): (event: EventRecord) => boolean {
  if (exported === null) return () => true
  const snapshot = parseSnapshot(exported)
  return ({ xid }) => !sees(snapshot, BigInt(xid))
}

function keysOf(events: readonly EventRecord[]): string[] {
  return [...new Set(events.map(({ key }) => key))]
}
