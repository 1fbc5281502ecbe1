import { lockKey } from '../../../contracts/advisory-locks.ts'
import type { Sql } from '../sql-port.ts'

/**
 * Whether this session should take the ticks: it has the lock, or whoever has it has taken none for `takeoverMs`. A
 * stopped process can hold a lock for ever, so the lock only saves work; the ticks' primary key is what fences.
 */
export async function mayLead(sql: Sql, takeoverMs: number): Promise<boolean> {
  const [row] = await sql<{ locked: boolean; late: boolean }>(
    `select pg_try_advisory_lock(${lockKey('relay')}) as locked,
            (select clock_timestamp() - time > $1 * interval '1 ms' from tick order by n desc limit 1) as late`,
    takeoverMs,
  )
  return row !== undefined && (row.locked || row.late)
}

/** Gives the lock back, as often as it was taken. */
export async function stepDown(sql: Sql): Promise<void> {
  await sql('select pg_advisory_unlock_all()')
}
