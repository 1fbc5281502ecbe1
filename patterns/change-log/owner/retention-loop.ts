import type { Client } from 'pg'
import { openConnection } from './connection.ts'
import type { Report } from './relay-options.ts'
import { retain, type RetentionLimits } from './retention.ts'
import { pause } from '../signal.ts'

export type RetainingOptions = {
  connect: () => Promise<Client>
  /** Whether this process takes the ticks. Only that process runs retention, because one is enough. */
  leads: () => boolean
  report: Report
  /** @default rows stay for at least an hour, and wait for a consumer for at most a week */
  limits?: RetentionLimits
  /** Interval between runs. Milliseconds. @default 60000 */
  everyMs?: number
}

const HOUR_MS = 3_600_000
const LIMITS: RetentionLimits = { minAgeMs: HOUR_MS, maxAgeMs: 7 * 24 * HOUR_MS }

/** Runs `retain` every minute until disposed. It uses its own connection, because it may delete many rows at once. */
export function retentionLoop(options: RetainingOptions): AsyncDisposable {
  const { connect, leads, report, limits = LIMITS, everyMs = 60_000 } = options
  const stop = new AbortController()
  let failing = false

  async function once(): Promise<void> {
    try {
      await using connection = await openConnection(connect)
      const { expired } = await retain(connection.sql, limits, stop.signal)
      for (const name of expired) {
        report(
          'warn',
          `the consumer ${name} is expired: the events it needs are too old. Rebuild it (log rebuild).`,
        )
      }
      failing = false
    } catch (error) {
      if (!failing) report('warn', `old events cannot be deleted, retrying: ${String(error)}`)
      failing = true
    }
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      await pause(everyMs, stop.signal)
      if (!stop.signal.aborted && leads()) await once()
    }
  }

  const done = run()
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await done
    },
  }
}
