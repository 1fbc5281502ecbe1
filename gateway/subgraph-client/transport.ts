import type { Cancellation } from '../../platform/cancellation.ts'
import { createHttp1Transport } from './http1/http1-transport.ts'
import { createUndiciTransport } from './undici-transport.ts'

/** Largest answer that is read, in bytes. */
export const RESPONSE_LIMIT = 16 * 1_048_576

export type HttpCall = {
  url: string
  method: 'GET' | 'POST'
  /** Names in lower case. Not to be changed once given: how they are sent is remembered by the object. */
  headers: Readonly<Record<string, string>>
  body?: string
  /** Sent as `x-request-id`. It is not one of `headers`, so that requests of different clients can share those. */
  requestId?: string | undefined
  /** Longest time until the last byte of the answer, in milliseconds. */
  timeoutMs: number
  /**
   * Asking twice is harmless. It is then asked again when a connection that had worked breaks before the answer
   * begins, and can be cancelled. @default true for GET, false for POST
   */
  safe?: boolean
  /**
   * If it is safe, it may be sent behind others over one HTTP/1.1 connection. Only for servers that are known to answer
   * in order: one that did not would give answers to the wrong people. @default false
   */
  pipelined?: boolean
  cancellation?: Cancellation | undefined
}
export type HttpResponse = { status: number; contentType: string; text: string }

/** HTTP with one keep-alive pool for each origin. */
export type Transport = AsyncDisposable & {
  /** @throws SubgraphFault: unreachable, timeout, protocol, content-type, too-large, overloaded or cancelled */
  send(call: HttpCall): Promise<HttpResponse>
}

/** What can speak HTTP to `http:` origins. */
export const HTTP_CLIENTS = ['own', 'undici'] as const

export type HttpClient = (typeof HTTP_CLIENTS)[number]

/**
 * `http:` by our own client, which is the fastest, or by undici; `https:` always by undici, with HTTP/2 where it is offered.
 *
 * @param limit largest answer that is read, in bytes
 */
export function createTransport(client: HttpClient, limit: number = RESPONSE_LIMIT): Transport {
  const secure = createUndiciTransport({ limit })
  if (client === 'undici') return secure
  const plain = createHttp1Transport({ limit })
  return {
    send: (call) => (call.url.startsWith('https:') ? secure : plain).send(call),
    async [Symbol.asyncDispose]() {
      await Promise.all([plain, secure].map((transport) => transport[Symbol.asyncDispose]()))
    },
  }
}
