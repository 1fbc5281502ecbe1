import { Counter } from '../../platform/metrics/counter.ts'
import { DurationHistogram } from '../../platform/metrics/duration-histogram.ts'

export const BREAKER_STATES = ['closed', 'open', 'half_open'] as const

export type BreakerState = (typeof BREAKER_STATES)[number]

/** The requests to one subgraph. */
export class SubgraphMetrics {
  /** By outcome: `success`, `errors` if the response reports some, or the kind of fault. */
  readonly requests = new Counter<string>('outcome', ['success', 'errors'])
  readonly duration = new DurationHistogram()
  /** Fetches that needed no request of their own. */
  readonly shared = new Counter('how', ['joined', 'batched'])
  /** The state of the circuit breaker of the supergraph that is served. */
  breakerState: () => BreakerState = () => 'closed'
}

/** One for each name that a served supergraph had. */
export class SubgraphsMetrics {
  readonly #metrics = new Map<string, SubgraphMetrics>()

  of(subgraph: string): SubgraphMetrics {
    return this.#metrics.getOrInsertComputed(subgraph, () => new SubgraphMetrics())
  }

  entries(): Iterable<[string, SubgraphMetrics]> {
    return this.#metrics.entries()
  }
}
