import type { Position } from '../position.ts'
import type { Sql } from '../../../contracts/sql.ts'

/**
 * Stores the position of a consumer; the first report registers it. From then on, the rows after its position are kept.
 * Gateways and caches are not registered, so they never hold rows.
 *
 * @returns false if rows after the position are already deleted, so the consumer must be rebuilt
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

/** Deletes the registration of a consumer. It no longer holds rows. */
export async function forgetConsumer(sql: Sql, consumer: string): Promise<void> {
  await sql('delete from log_consumer where name = $1', consumer)
}

export type Registration = Position & { name: string; reportedAt: Date; expired: boolean }

/** The registered consumers, by name. */
export async function listConsumers(sql: Sql): Promise<Registration[]> {
  const rows = await sql<Omit<Registration, 'epoch' | 'offset'> & { epoch: string; offset: string }>(
    'select name, epoch, "offset", reported_at as "reportedAt", expired from log_consumer order by name',
  )
  return rows.map((row) => ({ ...row, epoch: Number(row.epoch), offset: Number(row.offset) }))
}
