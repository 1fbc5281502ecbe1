import type { Cancellation } from '../../platform/cancellation.ts'

/** The largest response that is read, in bytes. */
export const RESPONSE_LIMIT = 16 * 1_048_576

export type HttpCall = {
  url: string
  method: 'GET' | 'POST'
  /** Names in lower case. The object must not be changed later: its text is remembered for the next request. */
  headers: Readonly<Record<string, string>>
  body?: string
  /** Sent as `x-request-id`. It is not one of `headers`, so that requests of different clients can share those. */
  requestId?: string | undefined
  /** Maximum time until the last byte of the response, in milliseconds. */
  timeoutMs: number
  /**
   * The request can be repeated. It is then sent again if a connection that worked before breaks before the response
   * begins, and it can be cancelled. @default true for GET, false for POST
   */
  safe?: boolean
  /**
   * A safe request may be sent behind others over one HTTP/1.1 connection. Only for servers that are known to respond
   * in order: from others, clients could get the responses of other clients. @default false
   */
  pipelined?: boolean
  cancellation?: Cancellation | undefined
}
export type SubgraphHttpResponse = { status: number; contentType: string; text: string }

/** HTTP with one keep-alive pool for each origin. */
export type Transport = AsyncDisposable & {
  /** @throws SubgraphFault: unreachable, timeout, protocol, content-type, too-large, overloaded or cancelled */
  send(call: HttpCall): Promise<SubgraphHttpResponse>
  /** Its connections now, by origin. */
  pools?(): readonly PoolState[]
}

/** `active` counts requests that were sent and have no response yet. `queued` counts requests that wait for a connection. */
export type PoolState = { origin: string; open: number; active: number; queued: number }
