import type { ConsumeEnd } from './consume.ts'
import { readConsumerStatus, type ConsumerStatus } from './consumer-position.ts'
import type { ConsumerName } from './handler.ts'
import type { Position } from '../position.ts'
import type { Sql } from '../../../contracts/sql.ts'

/** Status of a consumer, for `/readyz` and metrics. */
export type RunStatus = Pick<ConsumerStatus, 'ageMs' | 'parkedKeys' | 'drainingKeys' | 'waiting'> & {
  state: 'consuming' | 'rebuilding'
  /** Why the consumer is rebuilt, or the error of the last attempt. Null while it consumes. */
  reason: string | null
  /** Null until the consumer was first built. */
  position: Position | null
  /** Number of records that were read from the feed because the transport did not have them, since the process started. */
  healed: number
}

export type RunState = {
  begin(state: RunStatus['state'], end: ConsumeEnd | null): void
  /** Records the error of an attempt to rebuild. */
  fail(message: string): void
  healed(records: number): void
  read(): Promise<RunStatus>
}

export function createRunState(sql: Sql, name: ConsumerName): RunState {
  let state: RunStatus['state'] = 'consuming'
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
