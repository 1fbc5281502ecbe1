import type { Piece } from './patch.ts'

/**
 * Places in the production code where a test can kill, stop or hold the process. They exist only in processes that were
 * started with the loader. One line each: after `at`, or before it, `code` is put.
 */
type Failpoint = { file: string; at: string; place: 'before' | 'after'; when?: string }

const FAILPOINTS = {
  /** Something may have been committed, and the relay has not looked yet. Hit in each round of the relay. */
  'before.tick': {
    file: 'patterns/change-log/owner/lead.ts',
    at: 'const seen = written.count',
    place: 'after',
  },
  /** A tick that holds events is committed; this process has published nothing of it. */
  'tick.taken': {
    file: 'patterns/change-log/owner/lead.ts',
    at: 'beatAt = clock() + heartbeatMs',
    place: 'after',
    when: 'taken.cnt !== 0',
  },
  /** A transport has taken a batch with events; the relay has not gone on. */
  published: {
    file: 'patterns/change-log/owner/publish.ts',
    at: 'const [top] = await Promise.all([publisher.append(next.epoch, records), following])',
    place: 'after',
    when: 'records.length > 1',
  },
  /** The consumer's transaction holds the effects of a batch, and is not committed. */
  effect: {
    file: 'patterns/change-log/consumer/apply.ts',
    at: 'return {\n    position: moved.position,\n    applied: free.length,',
    place: 'before',
    when: 'free.length > 0',
  },
} satisfies Record<string, Failpoint>

export type FailpointName = keyof typeof FAILPOINTS

/** Under which the loader leaves the function that failpoints call. */
export const FAILPOINT_FUNCTION = 'tessera.failpoint'

/** The source text of a call: also for plants, whose bug may have a moment of its own. */
export function failpointCall(name: FailpointName): string {
  return `await globalThis[Symbol.for('${FAILPOINT_FUNCTION}')]?.('${name}')`
}

export function failpointPieces(): { name: string; piece: Piece }[] {
  return Object.entries<Failpoint>(FAILPOINTS).map(([name, { file, at, place, when = 'true' }]) => {
    const call = `if (${when}) ${failpointCall(name as FailpointName)}`
    const replace = place === 'after' ? `${at}\n${call}` : `${call}\n${at}`
    return { name: `the failpoint ${name}`, piece: { file, find: at, replace } }
  })
}
