import type { ConsumerName } from '../consumer/handler.ts'
import { parseSnapshot } from '../snapshot.ts'
import type { Sql } from '../sql-port.ts'
import type { Applied } from './token.ts'

/**
 * How far this database itself is, be it the primary or a replica: its last tick. On a replica the ticks are replicated;
 * `pg_current_snapshot()` must not be used there, as it takes for ended what has not been replayed yet.
 */
export function appliedHere(sql: Sql): Promise<Applied | null> {
  return applied(sql, 'select epoch, cur::text as cur from tick order by n desc limit 1')
}

/** How far a consumer is, for what it reads of `source`. Keys that are parked are not fresh: see `findParked`. */
export function appliedTo(sql: Sql, { consumer, source }: ConsumerName): Promise<Applied | null> {
  return applied(
    sql,
    'select epoch, cur from consumer_offset where consumer = $1 and source = $2 and cur is not null',
    consumer,
    source,
  )
}

async function applied(sql: Sql, text: string, ...values: unknown[]): Promise<Applied | null> {
  const [row] = await sql<{ epoch: string; cur: string }>(text, ...values)
  return row ? { epoch: Number(row.epoch), cur: parseSnapshot(row.cur) } : null
}
