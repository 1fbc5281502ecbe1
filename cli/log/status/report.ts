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
 * - `restored`: the database is not the one the log was written in, or Redis held what it does not; its epoch must be
 *   raised, or kept
 * - `silent`: nobody takes ticks
 */
export type LogState = 'unusable' | 'not started' | 'standby' | 'restored' | 'silent' | 'running'

/** How one change log is, and those who use it. */
export type LogReport = {
  database: DatabaseName
  state: LogState
  /** Why it is unusable or restored. */
  reason: string | null
  /** Null when it was never started. */
  log: (Omit<LogStatus, 'consumers'> & { unpublished: Unpublished }) | null
  /** Its Redis stream; null where no Redis is known. */
  stream: StreamReport | null
  consumers: readonly ConsumerReport[]
  /** What somebody has to do, a sentence each. */
  needs: readonly string[]
}

/** `fault`: what is wrong with Redis, and what to do. Lag null: it is empty, or of an older epoch. */
export type StreamReport = { top: Position | null; lag: Lag | null; fault: string | null }

export type ConsumerReport = {
  name: string
  /** The service in whose database it is; null when none of ours has it. */
  service: Service | null
  /** As its own database knows it, else as it told; null: never begun. */
  position: Position | null
  /** Null: never begun, or in another epoch. */
  lag: Lag | null
  /** What its owner knows of it; null when it never told. */
  told: { offset: number; agoMs: number; expired: boolean } | null
  /** Null when that is not known. */
  parkedKeys: number | null
  /** Keys with open work of a rebuild. */
  drainingKeys: number | null
  /** Why its next event waits for another log, and for how long; null if it does not, or that is not known. */
  waiting: ConsumerStatus['waiting']
}

/** Age of the last tick, or of the first that a consumer has not passed, from which somebody should look. Milliseconds. */
export const LATE_MS = 15_000
