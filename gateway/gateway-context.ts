import type { RequestConsistency } from './consistency-token/request-consistency.ts'
import type { Cancellation } from '../platform/cancellation.ts'
import type { RequestRecord } from './metrics/request-record.ts'
import type { Rests } from './cache/rests.ts'
import type { Caller } from './subgraph-client/headers.ts'

/** The context of one GraphQL request in the gateway. */
export type GatewayContext = Caller & {
  /** The id of this request in the log, in masked errors, and in the response's `x-request-id`. */
  requestId: string
  /** Facts about the request, for the metrics and the access log. */
  record?: RequestRecord
  /** JSON text of the variables, with all digits. See `SentVariables`. */
  variablesSource?: string | null
  /** Cancelled when the client disconnects. */
  cancellation?: Cancellation | undefined
  /** Gathers what the response rests on, if it may be cached. */
  rests?: Rests
  /** Created if the client sent a token or a subgraph reported writes. */
  consistency?: RequestConsistency | null | undefined
}
