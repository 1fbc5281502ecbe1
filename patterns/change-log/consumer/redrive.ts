import { parseRecord } from '../record.ts'
import type { Sql, Transact } from '../../../contracts/sql.ts'
import { reasonOf } from './faults.ts'
import { applyStored, type ConsumerName, type Handler } from './handler.ts'

/**
 * `done`: the key is no longer parked. `parked`: `reason` is the error of its first event. `events` is the number of events
 * applied.
 */
export type Redriven = { kind: 'done'; events: number } | { kind: 'parked'; events: number; reason: string }

/**
 * Applies the events behind a parked key in order, exactly once, each in its own transaction. The key is deleted with its
 * last event. Any other transaction that applies or parks an event of the key waits.
 */
export async function redrive(
  transact: Transact,
  name: ConsumerName,
  key: string,
  handler: Handler,
): Promise<Redriven> {
  for (let events = 0; ; events++) {
    try {
      if (!(await transact((tx) => redriveFirst(tx, name, key, handler)))) return { kind: 'done', events }
    } catch (error) {
      return { kind: 'parked', events, reason: reasonOf(error) }
    }
  }
}

/** Applies the first event behind a key. @returns false if there was none */
export async function redriveFirst(
  tx: Sql,
  { consumer, source }: ConsumerName,
  key: string,
  handler: Handler,
): Promise<boolean> {
  const held = await tx<object>(
    'select 1 from parked_key where consumer = $1 and source = $2 and key = $3 for update',
    consumer,
    source,
    key,
  )
  if (held.length === 0) return false
  const [first] = await tx<{ offset: string; record: string }>(
    `delete from parked_event where consumer = $1 and source = $2 and key = $3 and "offset" =
       (select min("offset") from parked_event where consumer = $1 and source = $2 and key = $3)
     returning "offset", record`,
    consumer,
    source,
    key,
  )
  if (first) {
    const event = parseRecord({ offset: Number(first.offset), text: first.record })
    if (event.kind === 'event') await applyStored(tx, [event], handler)
  }
  await dropIfEmpty(tx, { consumer, source }, [key])
  return first !== undefined
}

/** Deletes the parked keys that have no events left. @returns the deleted keys */
export async function dropIfEmpty(
  tx: Sql,
  { consumer, source }: ConsumerName,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx<{ key: string }>(
    `delete from parked_key where consumer = $1 and source = $2 and key = any ($3::text[]) and key <> all (array(
       select key from parked_event where consumer = $1 and source = $2 and key = any ($3::text[])))
     returning key`,
    consumer,
    source,
    keys,
  )
  return new Set(rows.map(({ key }) => key))
}
