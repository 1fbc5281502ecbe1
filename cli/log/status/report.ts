import type {
  ConsumerStatus,
  Lag,
  LogStatus,
  Position,
  Unpublished,
} from '../../../patterns/change-log/index.ts'
import type { DatabaseName, Service } from '../../../contracts/topology.ts'

/**
 * - `unusable`: the database does not answer, or is not migrated
 * - `not started`: its service has never run
 * - `standby`: the address is that of a standby
 * - `restored`: the log was written in another database, or Redis had records that the log lacks. Raise or keep the
 *   log's epoch
 * - `silent`: no relay takes ticks
 */
export type LogState = 'unusable' | 'not started' | 'standby' | 'restored' | 'silent' | 'running'

/** The state of one change log and of its consumers. */
export type LogReport = {
  database: DatabaseName
  state: LogState
  /** Why it is unusable or restored. */
  reason: string | null
  /** Null if the log was never started. */
  log: (Omit<LogStatus, 'consumers'> & { unpublished: Unpublished }) | null
  /** Its Redis stream. Null if no Redis is configured. */
  stream: StreamReport | null
  consumers: readonly ConsumerReport[]
  /** What an operator has to do, one sentence each. */
  needs: readonly string[]
}

/** `fault`: what is wrong with Redis, and what to do. Lag null: it is empty, or of an older epoch. */
export type StreamReport = { top: Position | null; lag: Lag | null; fault: string | null }

export type ConsumerReport = {
  name: string
  /** The service that has the consumer in its database. Null if no service of this installation has it. */
  service: Service | null
  /** From its own database, or else the position that it last reported. Null if it never began. */
  position: Position | null
  /** Null: never begun, or in another epoch. */
  lag: Lag | null
  /** What it last reported to the log's owner. Null if it never reported. */
  told: { offset: number; agoMs: number; expired: boolean } | null
  /** Null if unknown. */
  parkedKeys: number | null
  /** Keys with open work of a rebuild. */
  drainingKeys: number | null
  /** Why its next event waits for another log, and for how long; null if it does not, or that is not known. */
  waiting: ConsumerStatus['waiting']
}

/** Ages above this are flagged: of the last tick, or of the oldest tick that a consumer has not applied. Milliseconds. */
export const LATE_MS = 15_000
