import { pause } from '../../../patterns/change-log/index.ts'
import { backgroundLoop, type BackgroundLoop } from '../../../service/background-loop.ts'
import { expireRequests } from './expire-requests.ts'
import type { Transact } from '../../../contracts/sql.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'

export type ExpiryOptions = { transact: Transact; clock: Clock; ttlMs: number; log: Pick<Log, 'warn'> }

/** Maximum interval between two looks for expired requests. Milliseconds. */
const INTERVAL_MS = 60_000

/** Ends requests that have waited too long, until disposed. */
export function startExpiry({ transact, clock, ttlMs, log }: ExpiryOptions): BackgroundLoop {
  const intervalMs = Math.min(INTERVAL_MS, ttlMs / 10)
  return backgroundLoop({
    failure: 'requests to follow cannot expire',
    retryMs: intervalMs,
    log,
    async step(stop) {
      const done = await expireRequests(transact, clock, ttlMs)
      if (done) await pause(intervalMs, stop)
      return true
    },
  })
}
