import { createHttp1Transport } from '../../../gateway/subgraph-client/http1/http1-transport.ts'
import type { HttpCall, Transport } from '../../../gateway/subgraph-client/transport.ts'
import { createUndiciTransport } from '../../../gateway/subgraph-client/undici-transport.ts'
import { TIMEOUT_MS } from '../../support/timeout.ts'

/** The HTTP clients for subgraphs. All of them must pass the same failure tests. */
export const TRANSPORTS: Record<string, (limit: number) => Transport> = {
  'own HTTP/1.1': (limit) => createHttp1Transport({ maxResponseBytes: limit }),
  undici: (limit) => createUndiciTransport({ maxResponseBytes: limit }),
}

/** A query to `url`. */
export function query(url: string, more: Partial<HttpCall> = {}): HttpCall {
  return {
    url,
    method: 'POST',
    headers: {},
    body: '{"query":"{a}"}',
    timeoutMs: TIMEOUT_MS,
    safe: true,
    ...more,
  }
}

/** A query that may be sent on a connection behind other requests. */
export function pipelined(url: string, more: Partial<HttpCall> = {}): HttpCall {
  return query(url, { pipelined: true, ...more })
}

/** A mutation to `url`. */
export function mutation(url: string, more: Partial<HttpCall> = {}): HttpCall {
  return query(url, { safe: false, body: '{"query":"mutation{a}"}', ...more })
}
