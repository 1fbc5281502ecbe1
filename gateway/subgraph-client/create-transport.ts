import { createHttp1Transport } from './http1/http1-transport.ts'
import { RESPONSE_LIMIT, type Transport } from './transport.ts'
import { createUndiciTransport } from './undici-transport.ts'

/** The HTTP clients for `http:` origins. */
export const HTTP_CLIENTS = ['own', 'undici'] as const

export type HttpClient = (typeof HTTP_CLIENTS)[number]

/**
 * `http:` by our own client, which is the fastest, or by undici. `https:` always by undici, with HTTP/2 if the server
 * offers it.
 *
 * @param maxResponseBytes the largest response that is read, in bytes
 */
export function createTransport(client: HttpClient, maxResponseBytes: number = RESPONSE_LIMIT): Transport {
  const secure = createUndiciTransport({ maxResponseBytes })
  if (client === 'undici') return secure
  const plain = createHttp1Transport({ maxResponseBytes })
  return {
    send: (call) => (call.url.startsWith('https:') ? secure : plain).send(call),
    pools: () => [plain, secure].flatMap((transport) => transport.pools?.() ?? []),
    async [Symbol.asyncDispose]() {
      await Promise.all([plain, secure].map((transport) => transport[Symbol.asyncDispose]()))
    },
  }
}
