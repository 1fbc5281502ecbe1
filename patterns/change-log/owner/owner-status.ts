import type { TokenEntry } from '../../../contracts/consistency.ts'
import type { Relay, RelayState } from './relay.ts'
import type { Sql } from '../../../contracts/sql.ts'
import { readUnpublished, type Unpublished } from './lag.ts'
import { readStatus, type LogStatus } from './log-status.ts'

/** Figures for metrics. `log` is null if the database does not respond, or if the log was never started. */
export type OwnerFigures = { relay: RelayState; log: (LogStatus & { unpublished: Unpublished }) | null }

export async function figuresOf(relay: Relay, sql: Sql): Promise<OwnerFigures> {
  return { relay: relay.state, log: await readLog(sql).catch(() => null) }
}

async function readLog(sql: Sql): Promise<OwnerFigures['log']> {
  const status = await readStatus(sql)
  return status && { ...status, unpublished: await readUnpublished(sql) }
}

/** If the last tick is older than this, no relay works, because a heartbeat comes each second. Milliseconds. */
const SILENT_MS = 15_000

/** Status of the log as text, with what to do. Rejects if the database does not respond. */
export async function describeOwner({ state, said }: Relay, sql: Sql): Promise<string> {
  if (state === 'refused') return `${state}: ${said}`
  if (state === 'down') return `${state}: ${said}. Until it is back, no consumer receives new events.`
  const status = await readStatus(sql)
  if (!status || status.tickAgeMs < SILENT_MS) return state
  const seconds = Math.round(status.tickAgeMs / 1_000)
  return `${state}, but the last tick was ${seconds} s ago: ${REMEDY[state]}`
}

const REMEDY = {
  leading: 'a statement of the relay is slow or blocked. Look for "change log" in pg_stat_activity.',
  standby:
    'no process takes ticks. Check that the address is that of the primary, and that a process of this service uses it.',
}

/** Transactions of one request. `floor` is the greatest `xmin` of their snapshots; see `TokenEntry`. */
export type RecordedXids = { xids: readonly string[]; floor: string | null }

/**
 * The entry of a token for writes in the relay's database. If the relay is `refused` or `down`, the log may belong to
 * another past of the database. Then only the database can check the writes, so `xids` is null. The log's epoch may also be
 * earlier than an epoch in a client's token, and merging would drop the entry. So the entry has the epoch that would begin
 * now, which is later than all earlier ones.
 */
export function entryOf(
  database: string,
  { state, epoch }: Relay,
  { xids, floor }: RecordedXids,
  now: () => number,
): TokenEntry {
  if (epoch !== null && (state === 'leading' || state === 'standby')) {
    return floor === null ? [database, epoch, xids] : [database, epoch, xids, floor]
  }
  return [database, Math.max(epoch ?? 0, Math.floor(now() / 1_000)), null]
}
