import { randomBytes } from 'node:crypto'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { connectRedis } from '../../platform/redis/connect.ts'
import { redisUsageStore } from './redis-usage-store.ts'
import { UsageFlusher } from './usage-flusher.ts'
import { UsageRecorder } from './usage-recorder.ts'

export type UsageRecording = AsyncDisposable & {
  /** Null if the switch is off. */
  recorder: UsageRecorder | null
  figures: UsageFigures
}

/** Figures for the metrics. */
export type UsageFigures = {
  recorded(): number
  lost(): number
  flushes(): { success: number; failure: number }
  /** Pairs of an operation and a client that are not written yet. */
  entries(): number
}

export type UsageRecordingOptions = {
  /** Undefined: nothing is recorded. */
  redisUrl: string | undefined
  /** Whether to record. If not, only that is written, because the recording of other gateways is then incomplete. */
  on: boolean
  /** In milliseconds since 1970. */
  clock: Clock
  log: Log
  /** Milliseconds. @default 5,000 */
  flushMs?: number
}

const FLUSH_MS = 5_000

/** Maximum wait for a reply of Redis. It delays the end of the process. Milliseconds. */
const REDIS_TIMEOUT_MS = 2_000

/** Records the use of operations in Redis, which several gateways share. Null without Redis. Disposing writes the rest. */
export function openUsageRecording(options: UsageRecordingOptions): UsageRecording | null {
  const { redisUrl, on, clock, log, flushMs = FLUSH_MS } = options
  if (redisUrl === undefined) return null
  const redis = connectRedis(
    redisUrl,
    (level, message) => log[level](`the usage recording: ${message}`),
    REDIS_TIMEOUT_MS,
  )
  const recorder = new UsageRecorder(clock)
  const flusher = new UsageFlusher({
    recorder,
    store: redisUsageStore(redis.send),
    state: on ? 'recording' : 'off',
    gateway: randomBytes(9).toString('base64url'),
    clock,
  })
  const timer = setInterval(() => void flusher.flush(), flushMs)
  timer.unref()
  return {
    recorder: on ? recorder : null,
    figures: {
      recorded: () => recorder.recorded,
      lost: () => recorder.lost,
      flushes: () => ({ success: flusher.written, failure: flusher.failed }),
      entries: () => recorder.entries,
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await flusher.stop()
      await redis[Symbol.asyncDispose]()
    },
  }
}
