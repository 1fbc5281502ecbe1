/** Wakes the waiters in this process when something has happened. It may be raised when nobody waits. */
export type Signal = {
  /** Number of times the signal was raised. Read it before you check for work, so that no later raise is missed. */
  readonly count: number
  raise(): void
  /**
   * Resolves once the signal was raised more than `count` times, after `ms` milliseconds, or when `stop` is aborted. Never
   * rejects.
   */
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

/** Resolves after `ms` milliseconds, or when `stop` is aborted. */
export function pause(ms: number, stop: AbortSignal): Promise<void> {
  return createSignal().after(0, ms, stop)
}

/** Settles as `promise` does. Resolves to null if that takes longer than `ms` milliseconds, or if `stop` is aborted first. */
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

/** The maximum delay of a Node timer. Milliseconds. */
export const FOREVER_MS = 2 ** 31 - 1
