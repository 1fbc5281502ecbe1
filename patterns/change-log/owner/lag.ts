import type { Position } from '../position.ts'
import type { Sql } from '../../../contracts/sql.ts'

/** How far a position is behind the end of a log. */
export type Lag = {
  /** Number of records after the position. Negative if the log ends before it. */
  records: number
  /** Age of the first tick that the position has not passed; 0 if there is none. Milliseconds. */
  ms: number
}

/** @returns null if the log is in another epoch, or was never started */
export async function readLag(sql: Sql, { epoch, offset }: Position): Promise<Lag | null> {
  const [row] = await sql<{ records: string; ms: string }>(LAG, epoch, offset)
  return row ? { records: Number(row.records), ms: Math.max(Number(row.ms), 0) } : null
}

/** A tick is found by its unique (epoch, base): the tick that holds the next record, or the first one after it. */
const LAG = `
  select last.base + last.cnt - $2::bigint as records,
         coalesce((
           select round(extract(epoch from clock_timestamp() - time) * 1000) from tick
           where epoch = $1 and base + cnt > $2 and base >= coalesce(
             (select base from tick where epoch = $1 and base <= $2 order by base desc limit 1), 0)
           order by base limit 1), 0) as ms
  from (select epoch, base, cnt from tick order by n desc limit 1) last
  where last.epoch = $1`

/** Committed events that are in no tick yet. */
export type Unpublished = {
  events: number
  /** Time since the transaction of the oldest event began. Null if there is none. Milliseconds. */
  oldestMs: number | null
}

/** Reads how many events are in no tick yet. There are few while a relay works, so they are counted one by one. */
export async function readUnpublished(sql: Sql): Promise<Unpublished> {
  const [row] = await sql<{ events: number; ms: string | null }>(UNPUBLISHED)
  return { events: row?.events ?? 0, oldestMs: row?.ms == null ? null : Math.max(Number(row.ms), 0) }
}

/** Finds the rows as a tick does: rows of later transactions, and rows of transactions that were in progress. */
const UNPUBLISHED = `
  with last as materialized (select cur from tick order by n desc limit 1), missing as (
    select time from outbox where xid >= (select pg_snapshot_xmax(cur) from last)
    union all
    select time from outbox where xid = any (array(select pg_snapshot_xip(cur) from last))
  )
  select count(*)::integer as events, round(extract(epoch from clock_timestamp() - min(time)) * 1000) as ms
  from missing`
