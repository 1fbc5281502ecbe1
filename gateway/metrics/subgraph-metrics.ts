import { Counter } from '../../platform/metrics/counter.ts'
import { DurationHistogram } from '../../platform/metrics/duration-histogram.ts'

export const BREAKER_STATES = ['closed', 'open', 'half_open'] as const

export type BreakerState = (typeof BREAKER_STATES)[number]

/** Counts and measures the requests to one subgraph. */
export class SubgraphMetrics {
  /** Requests by outcome: `success`, `errors` if the response has errors, or the kind of fault. */
  readonly requests = new Counter<string>('outcome', ['success', 'errors'])
  readonly duration = new DurationHistogram()
  /** Fetches that shared the request of another fetch. */
  readonly shared = new Counter('how', ['joined', 'batched'])
  /** The state of the subgraph's circuit breaker in the current supergraph. */
  breakerState: () => BreakerState = () => 'closed'
}

/** The metrics of all subgraphs that any served supergraph had, by name. */
export class SubgraphsMetrics {
  readonly #metrics = new Map<string, SubgraphMetrics>()

  of(subgraph: string): SubgraphMetrics {
    return this.#metrics.getOrInsertComputed(subgraph, () => new SubgraphMetrics())
  }

  entries(): Iterable<[string, SubgraphMetrics]> {
    return this.#metrics.entries()
  }
}
