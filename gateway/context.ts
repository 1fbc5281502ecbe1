import type { Caller } from './subgraph-client/headers.ts'

/** What travels with one GraphQL request through the gateway. */
export type GatewayContext = Caller & {
  /** Names this request in the log, and in masked errors. */
  requestId: string
}
