import { Counter } from '../../platform/metrics/counter.ts'
import { ErrorCodes } from '../../platform/metrics/error-codes.ts'
import { OperationMetrics, outcomeOf } from '../../platform/metrics/operation-metrics.ts'
import { PlanningMetrics } from './planning-metrics.ts'
import type { RequestRecord } from './request-record.ts'
import { SubgraphsMetrics } from './subgraph-metrics.ts'

/** The counters of one gateway. Samples are computed only when they are scraped. */
export class GatewayMetrics {
  readonly operations = new OperationMetrics()
  readonly errors = new ErrorCodes()
  /** HTTP responses by status, including responses for other paths than `/graphql`. */
  readonly responses = new Counter('status')
  readonly planning = new PlanningMetrics()
  readonly reloads = new Counter('outcome', ['success', 'failure'])
  readonly subgraphs = new SubgraphsMetrics()
  requestsInFlight = 0
  /** Requests that got the response of an equal request in flight. */
  sharedRequests = 0

  /** Called when a GraphQL request has its response. */
  recordRequest(record: RequestRecord, status: number, ms: number): void {
    const { operationType: type, operationName: name, errorCodes } = record
    record.counted = true
    this.operations.record({ type, name }, outcomeOf(record, status), ms)
    for (const code of errorCodes) this.errors.add(code)
  }
}
