import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options?: { type: 'minor' | 'major' }) => void

/**
 * Bytes by which the heap grows over some turns when only the young generation is collected: about nothing, unless what
 * one turn leaves behind keeps that of the next alive. V8 does that to those who empty a Map and use it on, or let it
 * grow and shrink: each table leads to the one that came after it, so that one which is old and dead, but not collected
 * yet, keeps all of them, with whatever they held.
 */
export async function youngGarbageKept(turns: number, turn: () => Promise<unknown>): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as Collect
  for (let i = 0; i < 20; i++) await turn()
  // Makes old what is there.
  collect()
  const before = getHeapStatistics().used_heap_size
  for (let i = 1; i <= turns; i++) {
    await turn()
    // So seldom that nothing lives to see two, and be old by right.
    if (i % 10 === 0) collect({ type: 'minor' })
  }
  collect({ type: 'minor' })
  return getHeapStatistics().used_heap_size - before
}

/** Bytes of a large text. */
export const LARGE = 20_000

/** A text of its own, in one piece. */
export function largeText(): string {
  return Buffer.alloc(LARGE, 'x').toString('latin1')
}
