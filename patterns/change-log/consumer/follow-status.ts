import type { ConsumeEnd } from './consume.ts'
import type { ConsumerName } from './handler.ts'
import type { Position } from '../position.ts'
import type { Sql } from '../sql-port.ts'

/** How a consumer is, for `/readyz` and metrics. */
export type FollowStatus = {
  state: 'following' | 'rebuilding'
  /** Why it must be rebuilt, and what it fails with; null while it follows. */
  reason: string | null
  /** Null: never begun. */
  position: Position | null
  /** Age of the last tick it has applied, by both databases' clocks; null before the first. Milliseconds. */
  ageMs: number | null
  parkedKeys: number
  /** Records that the transport did not have since the process began. */
  healed: number
}

export type FollowState = {
  begin(state: FollowStatus['state'], end: ConsumeEnd | null): void
  /** What the rebuild fails with. */
  fail(message: string): void
  healed(records: number): void
  read(): Promise<FollowStatus>
}

export function createFollowState(sql: Sql, { consumer, source }: ConsumerName): FollowState {
  let state: FollowStatus['state'] = 'following'
  let reason: string | null = null
  let healed = 0
  return {
    begin(next, end) {
      state = next
      reason = end
    },
    fail(message) {
      reason = message
    },
    healed(records) {
      healed += records
    },
    async read() {
      const [row] = await sql<Row>(
        `select epoch, "offset", extract(epoch from clock_timestamp() - tick_time) * 1000 as age,
                (select count(*)::integer from parked_key k
                 where (k.consumer, k.source) = (c.consumer, c.source)) as parked
         from consumer_offset c where consumer = $1 and source = $2`,
        consumer,
        source,
      )
      return {
        state,
        reason,
        position: row ? { epoch: Number(row.epoch), offset: Number(row.offset) } : null,
        ageMs: row?.age == null ? null : Math.round(Number(row.age)),
        parkedKeys: row?.parked ?? 0,
        healed,
      }
    },
  }
}

type Row = { epoch: string; offset: string; age: string | null; parked: number }
