/** Tells those who wait, in this process, that something has happened. It may be raised with nobody waiting. */
export type Signal = {
  /** How often it was raised. Read it before looking whether there is something to do. */
  readonly count: number
  raise(): void
  /** Resolves when it was raised more than `count` times, after `ms`, or when `stop` is aborted. Never rejects. */
  after(count: number, ms: number, stop?: AbortSignal): Promise<void>
}

export function createSignal(): Signal {
  let count = 0
  let waiting = new Set<() => void>()
  return {
    get count() {
      return count
    },
    raise() {
      count++
      const woken = waiting
      waiting = new Set()
      for (const wake of woken) wake()
    },
    after(seen, ms, stop) {
      const { promise, resolve } = Promise.withResolvers<void>()
      if (count > seen || stop?.aborted) return Promise.resolve()
      const timer = setTimeout(wake, ms)
      stop?.addEventListener('abort', wake)
      waiting.add(wake)
      function wake() {
        clearTimeout(timer)
        stop?.removeEventListener('abort', wake)
        waiting.delete(wake)
        resolve()
      }
      return promise
    },
  }
}

/** Resolves after `ms`, or when `stop` is aborted. */
export function pause(ms: number, stop: AbortSignal): Promise<void> {
  return createSignal().after(0, ms, stop)
}

/** What the promise settles to; null when that takes longer than `ms`, or `stop` is aborted before. */
export async function within<Result>(
  ms: number,
  promise: Promise<Result>,
  stop?: AbortSignal,
): Promise<Result | null> {
  const over = createSignal()
  const late = over.after(0, ms, stop)
  try {
    return await Promise.race([promise, late.then(() => null)])
  } finally {
    over.raise()
  }
}

/** The longest time that a timer of node can wait. Milliseconds. */
export const FOREVER_MS = 2 ** 31 - 1
