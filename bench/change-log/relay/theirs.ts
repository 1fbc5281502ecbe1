import type { Signal } from '../../../patterns/change-log/index.ts'
import { runWorker, type Way } from '../../baselines/change-log/skip-locked.ts'
import { streamAppender } from '../../baselines/change-log/stream.ts'
import type { Bed } from '../bed.ts'
import { KEEP } from './ours.ts'

/** How a reader by `for update skip locked` is tuned. */
export type Tuning = { way: Way; batch: number; workers: number }

/** Maximum wait of an idle reader for writes of another process. It equals our relay's. Milliseconds. */
const POLL_MS = 100

/** What readers share: connections to Postgres and Redis, opened before they begin. */
export async function openReaders(bed: Bed, count: number) {
  const opening = Array.from({ length: count }, async () => {
    const { sql } = await bed.session('owner')
    return { sql, append: streamAppender(await bed.redis(), 'queue', KEEP) }
  })
  return Promise.all(opening)
}

export type Reader = Awaited<ReturnType<typeof openReaders>>[number]

/** Waits like our relay: writers in this process wake it. */
export function idleBy(written: Signal, stop: AbortSignal) {
  let seen = written.count
  return async () => {
    await written.after(seen, POLL_MS, stop)
    seen = written.count
  }
}

/** Runs readers by `skip locked` until disposed. */
export function runSkipLocked(
  readers: readonly Reader[],
  { way, batch, workers }: Tuning,
  written: Signal,
  published: (events: number) => void,
): AsyncDisposable {
  const stop = new AbortController()
  const running = readers.slice(0, workers).map(({ sql, append }) =>
    runWorker(
      {
        sql,
        way,
        batch,
        idle: idleBy(written, stop.signal),
        append: async (texts) => {
          await append(texts)
          published(texts.length)
        },
      },
      stop.signal,
    ),
  )
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await Promise.all(running)
    },
  }
}
