import { appliedSnapshot, readConsumerPosition } from '../consumer/consumer-position.ts'
import type { ConsumerName } from '../consumer/handler.ts'
import { type AppliedSnapshot, parseSnapshot } from '../snapshot.ts'
import type { Sql } from '../sql-port.ts'

/**
 * How far this database itself is, be it the primary or a replica: its last tick. On a replica the ticks are replicated;
 * `pg_current_snapshot()` must not be used there, as it takes for ended what has not been replayed yet.
 */
export async function appliedHere(sql: Sql): Promise<AppliedSnapshot | null> {
  const [row] = await sql<{ epoch: string; cur: string }>(
    'select epoch, cur::text as cur from tick order by n desc limit 1',
  )
  return row ? { epoch: Number(row.epoch), cur: parseSnapshot(row.cur) } : null
}

/** How far a consumer has applied the log of `source`. A key that is parked is not fresh: see `findParked`. */
export async function appliedTo(sql: Sql, name: ConsumerName): Promise<AppliedSnapshot | null> {
  return appliedSnapshot(await readConsumerPosition(sql, name))
}
