import type { ConsumerName, Transact } from '../consumer/handler.ts'
import type { Position } from '../position.ts'
import type { Sql } from '../sql-port.ts'

/** Where a consumer goes on after it has been rebuilt from an export. */
export type ExportStart = {
  /** The end of the last tick; all its events are part of the export. */
  position: Position
  /** Of that tick; the time is in ms since 1970. */
  cur: string
  time: number
  /** Of the export: later events that are visible in it are part of it too. */
  snapshot: string
}

/**
 * Begins an export of the owner's state.
 *
 * @param tx a `repeatable read` transaction that has done nothing yet, and in which the state is then read
 */
export async function beginExport(tx: Sql): Promise<ExportStart> {
  const [row] = await tx<Row>(
    `select epoch, base + cnt as offset, cur::text as cur, (extract(epoch from time) * 1000)::bigint as time,
            pg_current_snapshot()::text as snapshot,
            current_setting('transaction_isolation') as isolation
     from tick order by n desc limit 1`,
  )
  if (!row) throw new Error('The log was not started: there is nothing to go on from after an export.')
  if (row.isolation === 'read committed') {
    throw new Error(
      'An export must be read in one snapshot: begin transaction isolation level repeatable read.',
    )
  }
  const position = { epoch: Number(row.epoch), offset: Number(row.offset) }
  return { position, cur: row.cur, time: Number(row.time), snapshot: row.snapshot }
}

type Row = { epoch: string; offset: string; cur: string; time: string; snapshot: string; isolation: string }

/**
 * Builds a consumer anew, in one transaction: its readers see the old state until the new one is whole, and a consumer
 * that runs meanwhile waits and is then fenced. Parked keys go, as their events are part of the export or still to come.
 *
 * @param load empties the consumer's tables and fills them from the export
 */
export async function rebuild(
  transact: Transact,
  { consumer, source }: ConsumerName,
  { position, cur, time, snapshot }: ExportStart,
  load: (tx: Sql) => Promise<void>,
): Promise<void> {
  await transact(async (tx) => {
    await tx(
      `insert into consumer_offset as c (consumer, source, epoch, "offset", cur, export, tick_time)
       values ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000))
       on conflict (consumer, source) do update set (epoch, "offset", cur, export, tick_time, build, waiting, waiting_since) =
         (excluded.epoch, excluded."offset", excluded.cur, excluded.export, excluded.tick_time, c.build + 1, null, null)`,
      consumer,
      source,
      position.epoch,
      position.offset,
      cur,
      snapshot,
      time,
    )
    await tx('delete from parked_event where consumer = $1 and source = $2', consumer, source)
    await tx('delete from parked_key where consumer = $1 and source = $2', consumer, source)
    await load(tx)
  })
}
