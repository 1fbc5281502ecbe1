import type { Position } from '../position.ts'
import type { ControlRecord } from '../record.ts'
import type { Sql } from '../../../contracts/sql.ts'
import type { ConsumerPosition } from './consumer-position.ts'
import type { ConsumerName } from './handler.ts'

/** Begins a consumer at a position. It gets only the records after it. Changes nothing if the consumer was begun before. */
export async function beginConsumer(
  sql: Sql,
  { consumer, source }: ConsumerName,
  at: Position,
): Promise<void> {
  await sql(
    `insert into consumer_offset (consumer, source, epoch, "offset") values ($1, $2, $3, $4)
     on conflict do nothing`,
    consumer,
    source,
    at.epoch,
    at.offset,
  )
}

/**
 * Another process has moved the consumer's offset. The batch was applied there, or must not be applied. The transaction is
 * rolled back.
 */
export class FencedError extends Error {
  override name = 'FencedError'
}

/**
 * Moves the offset by compare-and-set. It must be the first statement of the transaction. From then on, any other
 * transaction that moves the offset waits for the end of this one, and then fails.
 *
 * @param control the last control record that the offset passes, if any
 * @returns whether any key is parked. Only a transaction that moves the offset parks keys. So no other key is parked before
 *   this transaction ends, and its snapshot shows the keys that were parked before it
 * @throws FencedError if the offset is not `from`
 */
export async function moveOffset(
  tx: Sql,
  { consumer, source }: ConsumerName,
  from: ConsumerPosition,
  to: ConsumerPosition,
  control: ControlRecord | undefined,
): Promise<boolean> {
  const [moved] = await tx<{ parked: boolean }>(
    `update consumer_offset set "offset" = $6, export = $7, cur = coalesce($8, cur),
            tick_time = coalesce(to_timestamp($9::float8 / 1000), tick_time), waiting = null, waiting_since = null
     where consumer = $1 and source = $2 and epoch = $3 and "offset" = $4 and build = $5
     returning exists (select from parked_key where consumer = $1 and source = $2) as parked`,
    consumer,
    source,
    from.epoch,
    from.offset,
    from.build,
    to.offset,
    to.exported,
    control?.cur ?? null,
    control?.time ?? null,
  )
  if (moved) return moved.parked
  throw new FencedError(`${consumer} of ${source} is no longer at offset ${from.offset}.`)
}

/**
 * Stores why the event after `at` waits, and since when, for the status. Does nothing if the consumer is no longer at `at`.
 */
export async function noteWaiting(
  sql: Sql,
  { consumer, source }: ConsumerName,
  at: ConsumerPosition,
  reason: string,
): Promise<void> {
  await sql(
    `update consumer_offset set waiting = $6, waiting_since = coalesce(waiting_since, now())
     where consumer = $1 and source = $2 and epoch = $3 and "offset" = $4 and build = $5
       and waiting is distinct from $6`,
    consumer,
    source,
    at.epoch,
    at.offset,
    at.build,
    reason,
  )
}
