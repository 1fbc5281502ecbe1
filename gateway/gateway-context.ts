import type { RequestConsistency } from './consistency-token/request-consistency.ts'
import type { Cancellation } from '../platform/cancellation.ts'
import type { RequestRecord } from './metrics/request-record.ts'
import type { Caller } from './subgraph-client/headers.ts'

/** What travels with one GraphQL request through the gateway. */
export type GatewayContext = Caller & {
  /** The id of this request: in the log, in masked errors, in the response's `x-request-id`. */
  requestId: string
  /** What is known of it, for the metrics and the access log. */
  record?: RequestRecord
  /** JSON text with the digits of the variables' numbers; see `SentVariables`. */
  variablesSource?: string | null
  /** Tells that the client is gone: what it asked for need not be read any more. */
  cancellation?: Cancellation | undefined
  /** Made when there is something to know: the client sent a token, or a subgraph told of writes. */
  consistency?: RequestConsistency | null | undefined
}
