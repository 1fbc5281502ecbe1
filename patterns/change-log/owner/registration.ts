import type { Position } from '../position.ts'
import type { Sql } from '../sql-port.ts'

/**
 * Registers a consumer, which holds the rows after its position from now on; or tells how far it has come. Gateways and
 * caches are not registered: they never hold rows.
 *
 * @returns false when it is too late: rows after the position are gone, and the consumer must be rebuilt
 */
export async function reportPosition(
  sql: Sql,
  consumer: string,
  { epoch, offset }: Position,
): Promise<boolean> {
  const [row] = await sql<{ expired: boolean }>(
    `insert into log_consumer (name, epoch, "offset", reported_at, expired)
     select $1, $2, $3, now(), not exists (select from tick where epoch = $2 and base <= $3::bigint + 1)
     on conflict (name) do update set (epoch, "offset", reported_at, expired) =
       (excluded.epoch, excluded."offset", excluded.reported_at, excluded.expired)
     returning expired`,
    consumer,
    epoch,
    offset,
  )
  return row?.expired === false
}

/** Forgets a consumer, which holds no rows any more. */
export async function forgetConsumer(sql: Sql, consumer: string): Promise<void> {
  await sql('delete from log_consumer where name = $1', consumer)
}

export type Registration = Position & { name: string; reportedAt: Date; expired: boolean }

/** Who is registered, by name. */
export async function listConsumers(sql: Sql): Promise<Registration[]> {
  const rows = await sql<Omit<Registration, 'epoch' | 'offset'> & { epoch: string; offset: string }>(
    'select name, epoch, "offset", reported_at as "reportedAt", expired from log_consumer order by name',
  )
  return rows.map((row) => ({ ...row, epoch: Number(row.epoch), offset: Number(row.offset) }))
}
