import type { ConsumeEnd } from './consume.ts'
import { readConsumerStatus, type ConsumerStatus } from './consumer-position.ts'
import type { ConsumerName } from './handler.ts'
import type { Position } from '../position.ts'
import type { Sql } from '../../../contracts/sql.ts'

/** Status of a consumer, for `/readyz` and metrics. */
export type FollowStatus = Pick<ConsumerStatus, 'ageMs' | 'parkedKeys' | 'drainingKeys' | 'waiting'> & {
  state: 'following' | 'rebuilding'
  /** Why the consumer must be rebuilt, or the error of the rebuild. Null while it follows the log. */
  reason: string | null
  /** Null if the consumer was never begun. */
  position: Position | null
  /** Number of records that were read from the feed because the transport did not have them, since the process started. */
  healed: number
}

export type FollowState = {
  begin(state: FollowStatus['state'], end: ConsumeEnd | null): void
  /** Stores the error of a rebuild. */
  fail(message: string): void
  healed(records: number): void
  read(): Promise<FollowStatus>
}

export function createFollowState(sql: Sql, name: ConsumerName): FollowState {
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
      const status = await readConsumerStatus(sql, name)
      return {
        state,
        reason,
        position: status && { epoch: status.position.epoch, offset: status.position.offset },
        ageMs: status?.ageMs ?? null,
        parkedKeys: status?.parkedKeys ?? 0,
        drainingKeys: status?.drainingKeys ?? 0,
        waiting: status?.waiting ?? null,
        healed,
      }
    },
  }
}
