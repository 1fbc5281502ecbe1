import type { Piece } from './patch.ts'

/**
 * Places in the production code where a test can kill, suspend or hold the process. They exist only in processes that were
 * started with the loader. `code` is inserted after or before the text `at`.
 */
type Failpoint = {
  file: string
  at: string
  place: 'before' | 'after'
  when?: string
  /** An expression for what the hit is about, as text. */
  about?: string
}

const FAILPOINTS = {
  /** Before the relay looks for new commits. Hit in each round of the relay. */
  'before.tick': {
    file: 'patterns/change-log/owner/lead.ts',
    at: 'const seen = written.count',
    place: 'after',
  },
  /** A tick with events is committed, and this process has not published any of it. */
  'tick.taken': {
    file: 'patterns/change-log/owner/lead.ts',
    at: 'beatAt = clock() + heartbeatMs',
    place: 'after',
    when: 'taken.cnt !== 0',
  },
  /** A transport has accepted a batch with events, and the relay has not continued. */
  published: {
    file: 'patterns/change-log/owner/publish.ts',
    at: 'const [top] = await Promise.all([publisher.append(next.epoch, records), following])',
    place: 'after',
    when: 'records.length > 1',
  },
  /** The consumer's transaction contains the effects of a batch and is not committed. */
  effect: {
    file: 'patterns/change-log/consumer/apply.ts',
    at: 'return {\n    position: moved.position,\n    applied: free.length,',
    place: 'before',
    when: 'free.length > 0',
  },
  /** A gateway has the response that its cache missed, and has not stored it. */
  'before.fill': {
    file: 'gateway/cache/response-cache.ts',
    at: 'const response = await execute(own)',
    place: 'after',
  },
  /** A gateway has fetched the entities that its cache missed, and has not stored them. */
  'before.entity.fill': {
    file: 'gateway/cache/fetch-cache.ts',
    at: "const values = response.data?.['_entities']",
    place: 'before',
  },
  /** A gateway is about to store what it has read in Redis. */
  'before.redis.fill': {
    file: 'patterns/cache-aside/redis-level.ts',
    at: 'await entries.store(batch)',
    place: 'before',
    about: "batch.map(({ key }) => key).join(' ')",
  },
  /** A gateway has read a page of a log, and its cache has not applied it. */
  'log.read': {
    file: 'patterns/cache-aside/follow-logs.ts',
    at: 'const page = await reader.read(from, LIMIT, waitMs, stop)',
    place: 'after',
    when: "page.kind === 'records' && page.records.length > 1",
    about: 'JSON.stringify(page.records)',
  },
} satisfies Record<string, Failpoint>

export type FailpointName = keyof typeof FAILPOINTS

/** The global name of the function that failpoints call. */
export const FAILPOINT_FUNCTION = 'tessera.failpoint'

/** The source text of a call. Plants use it too, if their bug needs a failpoint. */
export function failpointCall(name: FailpointName, about?: string): string {
  const given = about === undefined ? '' : `, () => ${about}`
  return `await globalThis[Symbol.for('${FAILPOINT_FUNCTION}')]?.('${name}'${given})`
}

export function failpointPieces(): { name: string; piece: Piece }[] {
  return Object.entries<Failpoint>(FAILPOINTS).map(([name, { file, at, place, when = 'true', about }]) => {
    const call = `if (${when}) ${failpointCall(name as FailpointName, about)}`
    const replace = place === 'after' ? `${at}\n${call}` : `${call}\n${at}`
    return { name: `the failpoint ${name}`, piece: { file, find: at, replace } }
  })
}
