import type { EventRecord } from '../record.ts'
import type { Sql } from '../../../contracts/sql.ts'
import type { ConsumerName } from './handler.ts'

/**
 * Returns which of these keys are parked, and locks their rows until the end of the transaction. So no event is queued
 * behind a key while its last event is redriven. The rows are locked in the order of the keys, to prevent deadlocks.
 */
export async function lockParked(
  tx: Sql,
  { consumer, source }: ConsumerName,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx<{ key: string }>(
    `select key from parked_key where consumer = $1 and source = $2 and key = any ($3::text[])
     order by key for update`,
    consumer,
    source,
    keys,
  )
  return new Set(rows.map(({ key }) => key))
}

/** The reason of a key with open work, before the first attempt to handle it. */
export const OPEN_WORK = 'open work of a rebuild'

/** Parks the key of an event that cannot be applied. */
export async function parkKey(
  tx: Sql,
  { consumer, source }: ConsumerName,
  event: EventRecord,
  reason: string,
): Promise<void> {
  await tx(
    'insert into parked_key (consumer, source, key, reason) values ($1, $2, $3, $4) on conflict do nothing',
    consumer,
    source,
    event.key,
    reason,
  )
  await parkEvent(tx, { consumer, source }, event)
}

/** Queues an event behind its parked key. */
export async function parkEvent(
  tx: Sql,
  { consumer, source }: ConsumerName,
  event: EventRecord,
): Promise<void> {
  await tx(
    'insert into parked_event (consumer, source, key, "offset", record) values ($1, $2, $3, $4, $5)',
    consumer,
    source,
    event.key,
    event.offset,
    JSON.stringify(event),
  )
}

/**
 * Deletes all parked keys of these sources, with their events. The keys are locked first, in their order, as by `redrive`
 * and `drain`. Otherwise these could hold a key and wait for its events, while this transaction waits for the key.
 */
export async function deleteParked(
  tx: Sql,
  consumer: ConsumerName['consumer'],
  sources: readonly string[],
): Promise<void> {
  await tx(
    `select count(*) from (
       select from parked_key where consumer = $1 and source = any ($2::text[]) order by source, key for update) held`,
    consumer,
    sources,
  )
  await tx('delete from parked_event where consumer = $1 and source = any ($2::text[])', consumer, sources)
  await tx('delete from parked_key where consumer = $1 and source = any ($2::text[])', consumer, sources)
}

/**
 * Whether any key is parked. Then the consumer is not fresh for any token that names its source. This does not depend on
 * the keys of a response: the data that a response lacks may be what the parked event was to create.
 */
export async function hasParked(sql: Sql, { consumer, source }: ConsumerName): Promise<boolean> {
  const [row] = await sql<{ parked: boolean }>(
    'select exists (select from parked_key where consumer = $1 and source = $2) as parked',
    consumer,
    source,
  )
  return row?.parked ?? false
}

export type ParkedKey = ConsumerName & { key: string; reason: string; since: Date; events: number }

/** The parked keys, oldest first. */
export async function listParked(sql: Sql, { consumer, source }: ConsumerName): Promise<ParkedKey[]> {
  return sql<ParkedKey>(
    `select consumer, source, key, reason, parked_at as since,
            (select count(*)::integer from parked_event e
             where (e.consumer, e.source, e.key) = (k.consumer, k.source, k.key)) as events
     from parked_key k where consumer = $1 and source = $2 and not draining order by parked_at, key`,
    consumer,
    source,
  )
}
