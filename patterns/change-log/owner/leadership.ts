import { lockKey } from '../../../contracts/advisory-locks.ts'
import type { Sql } from '../../../contracts/sql.ts'

/**
 * Whether this session should take the ticks: it has the lock, or the last tick is older than `takeoverMs`. A stopped
 * process can hold a lock for ever, so the lock only saves work. The primary key of the ticks fences the other relays.
 */
export async function mayLead(sql: Sql, takeoverMs: number): Promise<boolean> {
  const [row] = await sql<{ locked: boolean; late: boolean }>(
    `select pg_try_advisory_lock(${lockKey('relay')}) as locked,
            (select clock_timestamp() - time > $1 * interval '1 ms' from tick order by n desc limit 1) as late`,
    takeoverMs,
  )
  return row !== undefined && (row.locked || row.late)
}

/** Releases the lock as often as it was taken. */
export async function stepDown(sql: Sql): Promise<void> {
  await sql('select pg_advisory_unlock_all()')
}
