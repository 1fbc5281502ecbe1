import {
  createSignal,
  isFresh,
  type Copies,
  type Signal,
  type Token,
} from '../../patterns/change-log/index.ts'
import type { Positions } from '../../patterns/cache-aside/index.ts'

/** A mutation waits at most this long for the cache. The log usually takes a tenth of it. Milliseconds. */
const PATIENCE_MS = 250

export type AfterWrite = {
  /** Raised when the cache has moved. */
  moved: Signal
  /**
   * Waits until the cache knows what a mutation has written, and all copies show it, so that the next reader at this gateway sees
   * it without a token. If it takes too long, the mutation is answered without it.
   */
  wait(written: Token): Promise<void>
}

/**
 * @param copies which copies each database keeps
 * @param clock monotonic, in milliseconds
 */
export function createAfterWrite(
  positions: () => Positions,
  copies: Copies,
  clock: () => number,
): AfterWrite {
  const moved = createSignal()

  function covers(written: Token): boolean {
    const ticks = [...positions()].map(([database, { tick }]) => [database, tick] as const)
    return ticks.every(([name, tick]) => tick !== null && isFresh(written, new Map([[name, tick]]), copies))
  }

  return {
    moved,
    async wait(written) {
      const until = clock() + PATIENCE_MS
      for (let seen = moved.count; !covers(written); seen = moved.count) {
        const left = until - clock()
        if (left <= 0) return
        await moved.after(seen, left)
      }
    },
  }
}
