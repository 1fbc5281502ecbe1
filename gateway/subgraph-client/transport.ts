import { Pool } from 'undici'
import { SubgraphFault } from './fault.ts'

/** Largest answer that is read, in bytes. */
export const RESPONSE_LIMIT = 16 * 1_048_576

/** Connections kept open to one origin. The subgraphs answer in milliseconds, so few are ever busy at once. */
const CONNECTIONS = 64

export type HttpCall = {
  url: string
  method: 'GET' | 'POST'
  headers: Readonly<Record<string, string>>
  body?: string
  /** Longest time until the last byte of the answer, in milliseconds. */
  timeoutMs: number
}
export type HttpAnswer = { status: number; contentType: string; text: string }

/** HTTP with one keep-alive pool for each origin. */
export type Transport = AsyncDisposable & {
  /** @throws SubgraphFault: unreachable, timeout or too-large */
  send(call: HttpCall): Promise<HttpAnswer>
}

export function createTransport(responseLimit: number = RESPONSE_LIMIT): Transport {
  const pools = new Map<string, Pool>()

  function poolOf(origin: string): Pool {
    const pool = pools.get(origin) ?? new Pool(origin, { connections: CONNECTIONS })
    pools.set(origin, pool)
    return pool
  }

  return {
    async send({ url, method, headers, body, timeoutMs }) {
      const { origin, pathname, search } = new URL(url)
      const signal = AbortSignal.timeout(timeoutMs)
      try {
        const response = await poolOf(origin).request({
          path: pathname + search,
          method,
          headers: { ...headers },
          body: body ?? null,
          signal,
        })
        const contentType = response.headers['content-type']
        return {
          status: response.statusCode,
          contentType: Array.isArray(contentType) ? contentType.join(', ') : (contentType ?? ''),
          text: await readText(response.body, Number(response.headers['content-length'] ?? 0), responseLimit),
        }
      } catch (error) {
        throw toFault(error, signal, timeoutMs)
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...pools.values()].map((pool) => pool.close()))
    },
  }
}

/** Leaving the loop early, by an error, also destroys the body and its connection. */
async function readText(body: AsyncIterable<Uint8Array>, announced: number, limit: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (Math.max(size, announced) > limit)
      throw new SubgraphFault('too-large', `answered with more than ${limit} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size).toString('utf8')
}

function toFault(error: unknown, signal: AbortSignal, timeoutMs: number): unknown {
  if (error instanceof SubgraphFault) return error
  if (signal.aborted)
    return new SubgraphFault('timeout', `did not answer within ${timeoutMs} ms`, { cause: error })
  return new SubgraphFault('unreachable', 'could not be reached', { cause: error })
}
