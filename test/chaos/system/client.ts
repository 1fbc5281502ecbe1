import { CONSISTENCY_HEADER } from '../../../contracts/consistency.ts'
import type { Outcome } from './ledger.ts'

/** Maximum wait for a response. It exceeds the gateway's timeout for subgraphs. Milliseconds. */
const TIMEOUT_MS = 12_000

type Errors = { message: string; path?: (string | number)[]; extensions?: { code?: string } }[]
type Body = {
  data?: Record<string, Record<string, unknown> | null> | null
  errors?: Errors
  extensions?: { stale?: string[] }
}

export type Request = {
  query: string
  variables: object
  accessToken: string
  /** The consistency token of the client's earlier writes. */
  consistency: string | null
  /** 32 hexadecimal digits. */
  traceId: string
}

/** `answered`: there is a GraphQL response, possibly with errors; `hit`: the level of the cache that had it. `refused`: it was not sent. `lost`: the outcome is unknown. */
export type Answer =
  | { kind: 'answered'; body: Body; consistency: string | null; hit: Hit | null }
  | { kind: 'refused' | 'lost'; reason: string }

/** The level of a cache that had a whole response. */
export type Hit = 'memory' | 'redis'

export function hitOf({ headers }: Response): Hit | null {
  const level = /; hit; detail=(memory|redis)/.exec(headers.get('cache-status') ?? '')?.[1]
  return level === 'memory' || level === 'redis' ? level : null
}

export async function ask(
  url: string,
  { query, variables, accessToken, consistency, traceId }: Request,
): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(accessToken !== '' && { authorization: `Bearer ${accessToken}` }),
        traceparent: `00-${traceId}-${traceId.slice(16)}-01`,
        ...(consistency !== null && { [CONSISTENCY_HEADER]: consistency }),
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const body = (await response.json()) as Body
    const written = response.headers.get(CONSISTENCY_HEADER)
    return { kind: 'answered', body, consistency: written, hit: hitOf(response) }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const refused = cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED'
    return { kind: refused ? 'refused' : 'lost', reason: String(cause) }
  }
}

export type Result = { outcome: Outcome; detail: string; payload: Record<string, unknown> | null }

/** The outcome of a mutation according to its response. An error outside the payload may have occurred after the commit. */
export function outcomeOf(result: Answer, field: string): Result {
  if (result.kind !== 'answered') {
    const outcome = result.kind === 'refused' ? 'failed' : 'unknown'
    return { outcome, detail: result.reason, payload: null }
  }
  const payload = result.body.data?.[field]
  if (!payload) {
    const [error] = result.body.errors ?? []
    return { outcome: 'unknown', detail: `${error?.extensions?.code}: ${error?.message}`, payload: null }
  }
  const name = String(payload['__typename'])
  // The request was committed, and declined: a restore of users has taken the user back.
  if (field === 'follow' && name === 'NotFound') return { outcome: 'unknown', detail: name, payload }
  return { outcome: name.endsWith('Success') ? 'ok' : 'failed', detail: name, payload }
}
