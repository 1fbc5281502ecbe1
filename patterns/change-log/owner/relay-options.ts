import type { Client } from 'pg'
import type { Signal } from '../signal.ts'
import type { Publisher } from '../transports/transport.ts'

export type Report = (level: 'info' | 'warn' | 'error', message: string) => void

export type RelayOptions = {
  /**
   * Opens a connection to the primary, which the relay closes. A statement may take as long as it takes to count all rows
   * written since the last tick (1 s for 1.5 million rows), so its timeout must be minutes, or none.
   */
  connect: () => Promise<Client>
  /** Raised by the service after each commit whose xid a client may have, also without events. */
  written: Signal
  /** Raised by the relay after each tick. */
  ticked: Signal
  /** If one does not respond, its readers use the feed. Nothing else is affected. */
  publishers: readonly Publisher[]
  report: Report
  /** Monotonic clock, in milliseconds. */
  clock: () => number
  /** Time after the last tick at which an empty tick is taken. Milliseconds. @default 1000 */
  heartbeatMs?: number
  /** Maximum time before the relay finds the writes of another process. Milliseconds. @default 100 */
  pollMs?: number
  /** Minimum time between ticks, so that many small commits share one. Milliseconds. @default 2 */
  batchMs?: number
  /** Age of the last tick at which another relay takes over, whichever process has the lock. Milliseconds. @default 5000 */
  takeoverMs?: number
  /** Wait after an error, and interval between checks while another relay leads. Milliseconds. @default 500 */
  retryMs?: number
}

export const DEFAULTS = { heartbeatMs: 1_000, pollMs: 100, batchMs: 2, takeoverMs: 5_000, retryMs: 500 }

export type Settings = Required<RelayOptions>
