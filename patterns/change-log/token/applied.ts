import { appliedSnapshot, readConsumerPosition } from '../consumer/consumer-position.ts'
import type { ConsumerName } from '../consumer/handler.ts'
import type { ControlRecord, CopyPosition } from '../record.ts'
import { type AppliedSnapshot, parseSnapshot } from '../snapshot.ts'
import type { Sql } from '../../../contracts/sql.ts'
import type { AppliedTick } from './token.ts'

/**
 * Position of this database itself, on the primary or a replica: its last tick. Null if its log was never started. Ticks
 * are replicated. `pg_current_snapshot()` must not be used on a replica, because it treats a transaction as ended before
 * its end is replayed.
 */
export async function appliedHere(sql: Sql): Promise<AppliedTick | null> {
  const [row] = await sql<TickRow>('select epoch, cur::text as cur, copies from tick order by n desc limit 1')
  return row ? appliedAt(Number(row.epoch), { cur: row.cur, copies: row.copies ?? undefined }) : null
}

/** Position of a reader that has applied a log up to this control record. */
export function appliedAt(
  epoch: number,
  { cur, copies }: Pick<ControlRecord, 'cur' | 'copies'>,
): AppliedTick {
  return { epoch, cur: parseSnapshot(cur), copies: copies?.map(parseCopy) }
}

/** Position of a consumer in the log of `source`. While a key is parked, the consumer is not fresh; see `hasParked`. */
export async function appliedTo(sql: Sql, name: ConsumerName): Promise<AppliedSnapshot | null> {
  return appliedSnapshot(await readConsumerPosition(sql, name))
}

type TickRow = { epoch: string; cur: string; copies: readonly CopyPosition[] | null }

function parseCopy({ source, epoch, cur }: CopyPosition) {
  return { source, epoch, cur: cur === null ? null : parseSnapshot(cur) }
}
