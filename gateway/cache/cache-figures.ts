import type { FillEnd } from '../../patterns/cache-aside/index.ts'
import { Counter } from '../../platform/metrics/counter.ts'
import type { Sample } from '../../platform/metrics/sampled.ts'

/**
 * What the cache did for a value: it was found in one of the levels, was stored, or why it was not stored.
 *
 * - `errors`: it has errors
 * - `stale`: a subgraph used a copy that is behind the client's token
 * - `unreported`: a subgraph did not say what it rests on
 */
export type CacheOutcome = 'memory' | 'redis' | 'errors' | 'stale' | 'unreported' | FillEnd

/** Values that may be cached, by kind: `response`, or the subgraph and type of an entity, such as `posts:User`. */
export class CacheFigures {
  readonly #kinds = new Map<string, Counter<CacheOutcome>>()

  add(kind: string, outcome: CacheOutcome): void {
    let counter = this.#kinds.get(kind)
    if (!counter) this.#kinds.set(kind, (counter = new Counter('outcome', ['memory', 'redis', 'stored'])))
    counter.add(outcome)
  }

  *samples(): Iterable<Sample> {
    for (const [kind, counter] of this.#kinds) yield* counter.samples({ kind })
  }
}
