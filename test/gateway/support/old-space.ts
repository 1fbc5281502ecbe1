import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options?: { type: 'minor' | 'major' }) => void

/**
 * The growth of the heap in bytes over some turns, if only the young generation is collected. It is about 0, unless garbage of
 * one turn keeps garbage of the next turn in memory. V8 has this effect if a Map is cleared and reused, or grows and shrinks.
 * Each table of the Map then refers to the next one. A dead table in the old generation that is not collected yet keeps all
 * later tables in memory, with everything in them.
 */
export async function youngGarbageKept(turns: number, turn: () => Promise<unknown>): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as Collect
  for (let i = 0; i < 20; i++) await turn()
  // Moves all existing objects to the old generation.
  collect()
  const before = getHeapStatistics().used_heap_size
  for (let i = 1; i <= turns; i++) {
    await turn()
    // This is so rare that no object is in use during two collections, which would move it to the old generation.
    if (i % 10 === 0) collect({ type: 'minor' })
  }
  collect({ type: 'minor' })
  return getHeapStatistics().used_heap_size - before
}

/** Size of a large text in bytes. */
export const LARGE = 20_000

/** A new text whose memory is not shared with other texts, in one piece. */
export function largeText(): string {
  return Buffer.alloc(LARGE, 'x').toString('latin1')
}
