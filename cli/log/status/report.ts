import type {
  ConsumerStatus,
  Lag,
  LogStatus,
  Position,
  Unpublished,
} from '../../../patterns/change-log/index.ts'
import type { DatabaseName, Service } from '../../../contracts/topology.ts'

/**
 * - `unusable`: the database does not respond, is not migrated, or its log cannot be read
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

/** `fault` says what is wrong with Redis, and what to do. `lag` is null if the stream is empty, or of an older epoch. */
export type StreamReport = { top: Position | null; lag: Lag | null; fault: string | null }

export type ConsumerReport = {
  name: string
  /** The service that has the consumer in its database. Null if no service of this installation has it. */
  service: Service | null
  /** Position from the consumer's own database, or else the one that it last reported. Null if it never began. */
  position: Position | null
  /** Null if the consumer never began, or is in another epoch. */
  lag: Lag | null
  /** The consumer's last report to the log's owner. Null if it never reported. */
  reported: { offset: number; agoMs: number; expired: boolean } | null
  /** Null if unknown. */
  parkedKeys: number | null
  /** Number of keys with remaining work of a rebuild. Null if unknown. */
  drainingKeys: number | null
  /**
   * Why the consumer's next event waits for another log, and for how long. Null if it does not wait, or if that is
   * unknown.
   */
  waiting: ConsumerStatus['waiting']
}

/**
 * Ages above this are reported as late: of the last tick, or of the oldest tick that a consumer has not applied.
 * Milliseconds.
 */
export const LATE_MS = 15_000
