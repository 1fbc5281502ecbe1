import type { Registry } from 'prom-client'
import { ErrorCodes } from '../../platform/metrics/error-codes.ts'
import { OperationMetrics, outcomeOf } from '../../platform/metrics/operation-metrics.ts'
import { registerSampled, type Sample, type SampledMetric } from '../../platform/metrics/sampled.ts'

/** Facts about a request, filled in while it is handled. */
export type HandledRequest = {
  /** `query` or `mutation`. Null if the request is refused before its type is known. */
  operationType: string | null
  executed: boolean
  errorCodes: unknown[]
}

/** Metrics of a subgraph's GraphQL requests, by operation type. Names are not used, because the gateway generates them. */
export class RequestMetrics {
  readonly #operations = new OperationMetrics(0)
  readonly #errors = new ErrorCodes()
  #inFlight = 0

  /** @param handle must not reject */
  async count<Response extends { status: number }>(
    handle: (request: HandledRequest) => Promise<Response>,
  ): Promise<Response> {
    const began = performance.now()
    const request: HandledRequest = { operationType: null, executed: false, errorCodes: [] }
    this.#inFlight++
    const response = await handle(request)
    this.#inFlight--
    const operation = { type: request.operationType, name: null }
    this.#operations.record(operation, outcomeOf(request, response.status), performance.now() - began)
    for (const code of request.errorCodes) this.#errors.add(code)
    return response
  }

  register(registry: Registry): void {
    const metric = (
      name: string,
      help: string,
      type: SampledMetric['type'],
      samples: () => Iterable<Sample>,
    ) => registerSampled(registry, { name: `tessera_subgraph_${name}`, help, type, samples })
    metric('requests_total', 'GraphQL requests by type and outcome.', 'counter', () =>
      this.#operations.requests(),
    )
    const duration = 'request_duration_seconds'
    metric(duration, 'Time from the complete request to its response.', 'histogram', () =>
      this.#operations.durations(`tessera_subgraph_${duration}`),
    )
    metric('requests_in_flight', 'GraphQL requests without a response yet.', 'gauge', () => [
      { labels: {}, value: this.#inFlight },
    ])
    metric('errors_total', 'Errors in responses, by code.', 'counter', () => this.#errors.samples())
  }
}
