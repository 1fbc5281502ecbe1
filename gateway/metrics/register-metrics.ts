import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Metrics } from '../../platform/metrics/metrics-route.ts'
import { registerSampled, type Sample, type SampledMetric } from '../../platform/metrics/sampled.ts'
import type { CacheFigures } from '../cache/cache-figures.ts'
import type { AdmissionState } from '../execution/admission.ts'
import type { PoolState } from '../subgraph-client/transport.ts'
import type { UsageFigures } from '../usage/open-usage-recording.ts'
import type { GatewayMetrics } from './gateway-metrics.ts'
import { BREAKER_STATES, type SubgraphMetrics } from './subgraph-metrics.ts'

/** State that is read at each scrape, in addition to the counters. */
export type MetricsSources = {
  admission: () => AdmissionState
  planCache: () => { documents: number; plans: number }
  pools: () => readonly PoolState[]
  /** Null if responses are not cached. */
  cache: CacheFigures | null
  /** Null if the use of operations is not recorded. */
  usage: UsageFigures | null
}

/** The metrics of a gateway and of its process, in the text format of Prometheus. */
export function registerMetrics(metrics: GatewayMetrics, sources: MetricsSources): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const metric of metricsOf(metrics, sources)) {
    registerSampled(registry, { ...metric, name: `tessera_gateway_${metric.name}` })
  }
  return { type: registry.contentType, text: () => registry.metrics() }
}

function metricsOf(
  metrics: GatewayMetrics,
  { admission, planCache, pools, cache, usage }: MetricsSources,
): SampledMetric[] {
  const { operations, errors, responses, planning, reloads, subgraphs } = metrics
  const ofSubgraphs = (
    samples: (subgraph: SubgraphMetrics, labels: { subgraph: string }) => Iterable<Sample>,
  ) => [...subgraphs.entries()].flatMap(([subgraph, of]) => [...samples(of, { subgraph })])
  const ofPools = (value: (pool: PoolState) => number) =>
    pools().map((pool) => ({ labels: { origin: pool.origin }, value: value(pool) }))
  return [
    counter('requests_total', 'GraphQL requests by operation and outcome.', () => operations.requests()),
    histogram('request_duration_seconds', 'Time from the complete request to its response.', (name) =>
      operations.durations(name),
    ),
    gauge('requests_in_flight', 'GraphQL requests without a response yet.', () =>
      one(metrics.requestsInFlight),
    ),
    counter(
      'shared_requests_total',
      'GraphQL requests that got the response of an equal one in flight.',
      () => one(metrics.sharedRequests),
    ),
    counter('errors_total', 'Errors in responses, by code.', () => errors.samples()),
    counter('http_responses_total', 'HTTP responses by status, of all paths.', () => responses.samples()),
    counter('subgraph_requests_total', 'Requests to subgraphs by outcome, counted per attempt.', () =>
      ofSubgraphs(({ requests }, labels) => requests.samples(labels)),
    ),
    histogram('subgraph_request_duration_seconds', 'Duration of each attempt.', (name) =>
      ofSubgraphs(({ duration }, labels) => duration.samples(name, labels)),
    ),
    counter('subgraph_shared_fetches_total', 'Fetches that shared the request of another fetch.', () =>
      ofSubgraphs(({ shared }, labels) => shared.samples(labels)),
    ),
    gauge('subgraph_circuit_breaker', 'State of the circuit breaker: 1 for the current state.', () =>
      ofSubgraphs(({ breakerState }, labels) =>
        BREAKER_STATES.map((state) => ({
          labels: { ...labels, state },
          value: state === breakerState() ? 1 : 0,
        })),
      ),
    ),
    gauge('connections', 'Open connections to subgraphs, by origin.', () => ofPools(({ open }) => open)),
    gauge('connections_requests_active', 'Requests that were sent and have no response yet.', () =>
      ofPools(({ active }) => active),
    ),
    gauge('connections_requests_queued', 'Requests that wait for a connection.', () =>
      ofPools(({ queued }) => queued),
    ),
    gauge('admission_queued', 'Operations that wait for admission.', () => one(admission().queued)),
    gauge('admission_running', 'Operations with large responses that are running.', () =>
      one(admission().running),
    ),
    counter('admission_waits_total', 'Operations that had to wait.', () => one(admission().waited)),
    gauge('plan_cache_documents', 'Documents in the plan cache.', () => one(planCache().documents)),
    gauge('plan_cache_plans', 'Plans in the plan cache.', () => one(planCache().plans)),
    counter('plan_cache_hits_total', 'Operations whose plan was in the cache.', () => one(planning.hits)),
    counter('plan_cache_misses_total', 'Operations that had to be planned.', () => one(planning.misses)),
    histogram('planning_duration_seconds', 'Duration of planning and compiling an operation.', (name) =>
      planning.duration.samples(name, {}),
    ),
    ...(cache ? ofCache(cache) : []),
    ...(usage ? ofUsage(usage) : []),
    counter('supergraph_reloads_total', 'Attempts to replace the supergraph, by outcome.', () =>
      reloads.samples(),
    ),
  ]
}

function ofCache(figures: CacheFigures): SampledMetric[] {
  const { state, redisFills } = figures
  return [
    counter('cache_values_total', 'Responses and entities that may be cached, by what the cache did.', () =>
      figures.samples(),
    ),
    counter('cache_redis_fills_total', 'Values that were sent to Redis, by what became of them.', () =>
      redisFills.samples(),
    ),
    gauge('cache_bytes', 'Estimated memory of all cached values.', () => one(state.bytes())),
    gauge('cache_lag_seconds', 'Age of what the cache knows about a database.', () =>
      state.lag().map(({ database, ms }) => ({ labels: { database }, value: ms / 1_000 })),
    ),
    gauge('cache_redis_open', '1 while Redis is not asked because it failed repeatedly.', () =>
      one(state.redisOpen() ? 1 : 0),
    ),
  ]
}

function ofUsage({ recorded, lost, flushes, entries }: UsageFigures): SampledMetric[] {
  return [
    counter('usage_recorded_total', 'GraphQL requests whose use of the schema was recorded.', () =>
      one(recorded()),
    ),
    counter('usage_lost_total', 'GraphQL requests whose use of the schema is not in the recording.', () =>
      one(lost()),
    ),
    counter('usage_writes_total', 'Writes of the usage recording to Redis, by outcome.', () =>
      Object.entries(flushes()).map(([outcome, value]) => ({ labels: { outcome }, value })),
    ),
    gauge('usage_entries', 'Pairs of an operation and a client that are not written to Redis yet.', () =>
      one(entries()),
    ),
  ]
}

function counter(name: string, help: string, samples: SampledMetric['samples']): SampledMetric {
  return { name, help, type: 'counter', samples }
}

function gauge(name: string, help: string, samples: SampledMetric['samples']): SampledMetric {
  return { name, help, type: 'gauge', samples }
}

function histogram(name: string, help: string, samples: (name: string) => Iterable<Sample>): SampledMetric {
  return { name, help, type: 'histogram', samples: () => samples(`tessera_gateway_${name}`) }
}

function one(value: number): Sample[] {
  return [{ labels: {}, value }]
}
