import type { ConsumerName } from '../consumer/handler.ts'
import { deleteParked } from '../consumer/parked.ts'
import type { Position } from '../position.ts'
import type { Sql, Transact } from '../../../contracts/sql.ts'

/** Where a consumer continues after a rebuild from an export. */
export type ExportStart = {
  /** The end of the last tick. All events up to it are part of the export. */
  position: Position
  /** Snapshot of that tick. */
  cur: string
  /** Time of that tick. Milliseconds since 1970. */
  time: number
  /** Snapshot of the export. Later events that are visible in it are part of the export too. */
  snapshot: string
}

/**
 * Begins an export of the owner's state.
 *
 * @param tx a `repeatable read` transaction that has run no statement yet. The state must then be read in this transaction
 */
export async function beginExport(tx: Sql): Promise<ExportStart> {
  const [row] = await tx<Row>(
    `select epoch, base + cnt as offset, cur::text as cur, (extract(epoch from time) * 1000)::bigint as time,
            pg_current_snapshot()::text as snapshot,
            current_setting('transaction_isolation') as isolation
     from tick order by n desc limit 1`,
  )
  if (!row) throw new Error('The log was not started, so an export would have no position to continue from.')
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
 * Rebuilds a consumer in one transaction. Its readers see the old state until the new state is complete. A consumer that
 * runs meanwhile waits, and is then fenced. Parked keys are deleted, because their events are part of the export or still
 * to come.
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
    await deleteParked(tx, consumer, [source])
    await load(tx)
  })
}
