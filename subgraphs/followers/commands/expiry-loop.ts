import { pause } from '../../../patterns/change-log/index.ts'
import { expireRequests } from './expire-requests.ts'
import type { Transact } from '../../../contracts/sql.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'

export type ExpiryOptions = { transact: Transact; clock: Clock; ttlMs: number; log: Pick<Log, 'warn'> }

/** Maximum interval between two looks for expired requests. Milliseconds. */
const INTERVAL_MS = 60_000

/** Ends requests that have waited too long, until disposed. */
export function startExpiry({ transact, clock, ttlMs, log }: ExpiryOptions): AsyncDisposable {
  const stopping = new AbortController()
  const stop = stopping.signal
  const intervalMs = Math.min(INTERVAL_MS, ttlMs / 10)
  async function run(): Promise<void> {
    while (!stop.aborted) {
      try {
        const done = await expireRequests(transact, clock, ttlMs)
        if (done) await pause(intervalMs, stop)
      } catch (error) {
        if (!stop.aborted) log.warn({ err: error }, 'requests to follow could not expire, retrying')
        await pause(intervalMs, stop)
      }
    }
  }
  const done = run()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await done
    },
  }
}
