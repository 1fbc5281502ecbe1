import { Pool } from 'undici'
import { UserFacingError } from '../../../platform/lifecycle.ts'
import type { CacheOutcome } from './report.ts'

export type GatewayResponse = {
  /** Null if the response has errors. */
  data: Readonly<Record<string, unknown>> | null
  /** The message of the first error. */
  error: string | null
  cache: CacheOutcome
}

/** Sends operations to a gateway, as a client does. */
export type GatewayClient = AsyncDisposable & {
  readonly url: string
  /** @throws UserFacingError if the gateway does not respond */
  probe(): Promise<void>
  /** Rejects if there is no GraphQL response. */
  ask(query: string, variables: object, accessToken?: string): Promise<GatewayResponse>
}

/** Timeout of a response. Milliseconds. */
const TIMEOUT_MS = 30_000

export function gatewayClient(url: string): GatewayClient {
  const { origin, pathname, search } = new URL(url)
  const pool = new Pool(origin, { connections: 64, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS })
  const client: GatewayClient = {
    url,
    async probe() {
      await client.ask('{ __typename }', {}).catch((error: unknown) => {
        throw new UserFacingError(
          `There is no gateway at ${url} (${reasonOf(error)}). Start it, or name another: --url URL.`,
        )
      })
    },
    async ask(query, variables, accessToken) {
      const { statusCode, headers, body } = await pool.request({
        path: pathname + search,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
        },
        body: JSON.stringify({ query, variables }),
      })
      const text = await body.text()
      const parsed: unknown = statusCode === 200 ? JSON.parse(text) : null
      if (typeof parsed !== 'object' || parsed === null || !('data' in parsed)) {
        throw new Error(`${url} responded with ${statusCode}: ${text.slice(0, 200)}`)
      }
      const error = firstError(parsed)
      const data = error === null ? (parsed.data as GatewayResponse['data']) : null
      return { data, error, cache: outcomeOf(headers['cache-status']) }
    },
    [Symbol.asyncDispose]: () => pool.close(),
  }
  return client
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

function firstError(body: object): string | null {
  if (!('errors' in body)) return null
  const [first] = body.errors as { message?: string }[]
  return first?.message ?? 'an error without a message'
}

/** Reads `Cache-Status` (RFC 9211) of our gateway. */
function outcomeOf(header: string | string[] | undefined): CacheOutcome {
  const text = Array.isArray(header) ? header.join(', ') : (header ?? '')
  if (/; *hit(;|,|$)/.test(text)) return 'hit'
  return /; *fwd=/.test(text) ? 'miss' : 'none'
}
