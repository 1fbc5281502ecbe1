import type { FillEnd, RedisFillEnd } from '../../patterns/cache-aside/index.ts'
import { Counter } from '../../platform/metrics/counter.ts'
import type { Sample } from '../../platform/metrics/sampled.ts'

/**
 * What the cache did for a value: it was found in one of the levels, was stored, or why it was not stored.
 *
 * - `errors`: it has errors
 * - `stale`: a subgraph used a copy that is behind the client's token
 * - `unreported`: a subgraph did not say what it rests on
 * - `asked once`: the memory is full, and nobody asked for it before
 */
export type CacheOutcome = 'memory' | 'redis' | 'errors' | 'stale' | 'unreported' | 'asked once' | FillEnd

/** State that is read at each scrape. */
export type CacheState = {
  /** Memory of all entries. */
  bytes: () => number
  /** Age of what the memory knows about each database. Milliseconds. Infinity while it is unknown. */
  lag: () => readonly { database: string; ms: number }[]
  /** Whether Redis is not asked at the moment. */
  redisOpen: () => boolean
}

/** Figures for metrics. */
export class CacheFigures {
  readonly state: CacheState
  readonly redisFills = new Counter<RedisFillEnd>('outcome', ['stored'])
  readonly #kinds = new Map<string, Counter<CacheOutcome>>()

  constructor(state: CacheState) {
    this.state = state
  }

  /** @param kind `response`, or the subgraph and type of an entity, such as `posts:User` */
  add(kind: string, outcome: CacheOutcome): void {
    let counter = this.#kinds.get(kind)
    if (!counter) this.#kinds.set(kind, (counter = new Counter('outcome', ['memory', 'redis', 'stored'])))
    counter.add(outcome)
  }

  *samples(): Iterable<Sample> {
    for (const [kind, counter] of this.#kinds) yield* counter.samples({ kind })
  }
}
