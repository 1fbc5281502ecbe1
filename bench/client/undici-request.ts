import { Pool } from 'undici'
import type { Transport } from '../../gateway/subgraph-client/transport.ts'

/** What the gateway used before: undici's `request`, with a signal for each timeout. */
export function createUndiciRequest(): Transport {
  const pools = new Map<string, Pool>()
  return {
    async send({ url, method, headers, body, timeoutMs }) {
      const { origin, pathname, search } = new URL(url)
      const pool = pools.get(origin) ?? new Pool(origin, { connections: 64 })
      pools.set(origin, pool)
      const signal = AbortSignal.timeout(timeoutMs)
      const response = await pool.request({
        path: pathname + search,
        method,
        headers: { ...headers },
        body: body ?? null,
        signal,
      })
      const chunks: Uint8Array[] = []
      for await (const chunk of response.body) chunks.push(chunk as Uint8Array)
      const contentType = String(response.headers['content-type'])
      return { status: response.statusCode, contentType, text: Buffer.concat(chunks).toString('utf8') }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...pools.values()].map((pool) => pool.close()))
    },
  }
}
