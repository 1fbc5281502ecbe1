import type { Client } from 'pg'
import type { Signal } from '../signal.ts'
import type { Publisher } from '../transports/transport.ts'

export type Report = (level: 'info' | 'warn' | 'error', message: string) => void

export type RelayOptions = {
  /**
   * Opens a connection to the primary, which the relay ends. A statement may take as long as counting all that was
   * written since the last tick (a second for 1.5 million rows), so its timeout must be minutes, or none.
   */
  connect: () => Promise<Client>
  /** Raised by the service after each commit whose xid is known to somebody, also without events. */
  written: Signal
  /** Raised by the relay after each tick. */
  ticked: Signal
  /** One that does not answer costs its readers the way over the feed, and nothing else. */
  publishers: readonly Publisher[]
  report: Report
  /** Milliseconds, monotonic. */
  clock: () => number
  /** Time from a tick to an empty one. Milliseconds. @default 1000 */
  heartbeatMs?: number
  /** Longest wait for what another process wrote. Milliseconds. @default 100 */
  pollMs?: number
  /** Least time between ticks, so that many small commits share one. Milliseconds. @default 2 */
  batchMs?: number
  /** Age of the last tick at which another relay goes on, whoever has the lock. Milliseconds. @default 5000 */
  takeoverMs?: number
  /** Wait after an error, and between looks at another relay. Milliseconds. @default 500 */
  retryMs?: number
}

export const DEFAULTS = { heartbeatMs: 1_000, pollMs: 100, batchMs: 2, takeoverMs: 5_000, retryMs: 500 }

export type Settings = Required<RelayOptions>
