import { DELETE_BATCH, deleteInBatches, type Sql } from '../../../contracts/sql.ts'

export type RetentionLimits = {
  /** Rows stay for at least this long. Milliseconds. */
  minAgeMs: number
  /** A consumer that still needs rows older than this is expired. Milliseconds. */
  maxAgeMs: number
}

/**
 * Deletes the rows that every registered consumer has passed and that are old enough. It deletes the ticks first, then the
 * rows that are visible in the last of them. So a reader finds a tick with all its rows, or no tick. It never deletes by
 * `seq`, because a row that is committed late can have a low `seq`. If it is stopped or killed in between, the next run
 * deletes the rest.
 *
 * @returns the consumers that it expired, and the number of rows that it deleted
 */
export async function retain(
  sql: Sql,
  { minAgeMs, maxAgeMs }: RetentionLimits,
  stop?: AbortSignal,
): Promise<{ expired: string[]; deleted: number }> {
  const expired = await sql<{ name: string }>(EXPIRE, maxAgeMs)
  await sql(DELETE_TICKS, minAgeMs)
  const deleted = await deleteInBatches(sql, DELETE_ROWS, [], stop)
  return { expired: expired.map(({ name }) => name), deleted }
}

/** Expires consumers by the age of their next tick. A consumer of another epoch has no next tick, and is expired too. */
const EXPIRE = `
  update log_consumer c set expired = true
  where not expired and coalesce(
    (select time < clock_timestamp() - $1 * interval '1 ms' from tick t
     where t.epoch = c.epoch and t.base + t.cnt > c."offset" order by t.base limit 1),
    c.epoch <> (select epoch from log_state))
  returning name`

/**
 * Deletes all ticks before the last one that is old enough and before which every consumer has applied all records. That
 * tick stays, because counting continues from it.
 */
const DELETE_TICKS = `
  with last as (
    select n, prev from tick
    where time < clock_timestamp() - $1 * interval '1 ms'
      and base - 1 <= all (select "offset" from log_consumer where not expired)
    order by n desc limit 1
  ), state as (
    update log_state set floor = last.prev from last where exists (select from tick where n < last.n)
  )
  delete from tick using last where tick.n < last.n`

const DELETE_ROWS = `
  delete from outbox where seq in (
    select o.seq from outbox o, log_state s
    where o.xid < pg_snapshot_xmax(s.floor) and pg_visible_in_snapshot(o.xid, s.floor)
    limit ${DELETE_BATCH}
  ) returning 1`
