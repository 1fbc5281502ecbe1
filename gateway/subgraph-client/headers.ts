import { LRUCache } from 'lru-cache'
import { CONSISTENCY_HEADER } from '../../contracts/consistency.ts'
import { FACETS_HEADER } from '../../contracts/facets.ts'
import type { Clock } from '../../platform/clock.ts'
import { CODINGS_READ } from '../../platform/http/content-coding.ts'
import { INTERNAL_HEADER, signInternal, type Viewer } from '../../platform/internal-auth.ts'
import type { Cancellation } from '../../platform/cancellation.ts'
import type { HeaderRules, SubgraphTarget } from './target.ts'
import { REQUEST_ID_HEADER } from '../../platform/http/request-id.ts'
import type { Trace } from './trace.ts'

/** Headers, with names in lower case. */
export type ClientHeaders = Readonly<Record<string, string>>

/** The client request that a subgraph request is made for. */
export type Caller = {
  viewer: Viewer | null
  headers: ClientHeaders
  /** Cancelled when the client disconnects. Its queries are then cancelled. */
  cancellation?: Cancellation | undefined
  /** The client's writes, for internal subgraphs. It grows while a mutation is executed. */
  consistency?: { readonly handedOn: string | null } | null | undefined
  /** The id of the client's request. */
  requestId?: string | undefined
  /** Created by the first mutation. */
  trace?: Trace
  /** Whether internal subgraphs report the facets of their responses, for the cache. @default false */
  reportFacets?: boolean
}

export type Signing = { secret: string; clock: Clock }

/** Headers about the connection or the body. They are never passed on, and cannot be configured. */
export const NEVER_PASSED_ON = new Set([
  INTERNAL_HEADER,
  CONSISTENCY_HEADER,
  'accept',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const JSON_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json',
}

/** A signature is valid for 30 s. It is renewed at this age, in milliseconds. */
const RENEW_MS = 5_000

/** Limits of the remembered headers of each subgraph: their number, and the characters in them that clients sent. */
const REMEMBERED = { max: 2_000, maxSize: 2_097_152 }

/**
 * The headers of a subgraph request. Requests with equal headers get the same object, as long as it is remembered. Requests
 * with different headers never do.
 */
export type RequestHeaders = (caller: Caller) => ClientHeaders

export function requestHeaders(
  target: SubgraphTarget,
  subgraph: string,
  signing: Signing | null,
): RequestHeaders {
  if (target.kind === 'external') return externalHeaders(target.headers, target.compression ?? true)
  if (!signing) throw new Error(`the internal subgraph ${subgraph} needs a secret to sign with`)
  return internalHeaders(subgraph, signing)
}

function internalHeaders(subgraph: string, signing: Signing): RequestHeaders {
  const signed = signedHeaders(subgraph, signing)
  const made = new LRUCache<string, { plain: ClientHeaders; headers: ClientHeaders }>(REMEMBERED)
  return ({ viewer, consistency, reportFacets = false }) => {
    const plain = signed(viewer, reportFacets)
    const token = consistency?.handedOn ?? null
    if (token === null) return plain
    // The token is a JSON list, so the key is unambiguous.
    const key = `${reportFacets ? '+' : ''}${token}${viewer === null ? '' : keyOf(viewer)}`
    const known = made.get(key)
    if (known?.plain === plain) return known.headers
    const headers = { ...plain, [CONSISTENCY_HEADER]: token }
    made.set(key, { plain, headers }, { size: key.length })
    return headers
  }
}

/**
 * A text that is equal for two callers only if they get equal headers for all of these subgraphs. It ignores tokens and the id
 * of the request.
 */
export function callerKey(targets: readonly SubgraphTarget[]): (caller: Caller) => string {
  const internal = targets.some(({ kind }) => kind === 'internal')
  const passed = passedOn(
    targets.flatMap((target) => (target.kind === 'external' ? target.headers.propagate : [])),
  )
  return ({ viewer, headers }) => {
    const values = valuesOf(passed, headers)
    return internal && viewer !== null ? `${values}${keyOf(viewer)}` : values
  }
}

/** A signature takes 3 µs, so it is reused for a while. */
function signedHeaders(
  subgraph: string,
  { secret, clock }: Signing,
): (viewer: Viewer | null, reportFacets: boolean) => ClientHeaders {
  const signed = new LRUCache<string, { headers: ClientHeaders; at: number }>({ max: REMEMBERED.max })
  return (viewer, reportFacets) => {
    const now = clock()
    const key = `${reportFacets ? '+' : ''}${viewer === null ? '' : keyOf(viewer)}`
    const known = signed.get(key)
    if (known && now >= known.at && now - known.at < RENEW_MS) return known.headers
    const headers = {
      ...JSON_HEADERS,
      ...(reportFacets && { [FACETS_HEADER]: '1' }),
      [INTERNAL_HEADER]: signInternal(secret, viewer, subgraph, now),
    }
    signed.set(key, { headers, at: now })
    return headers
  }
}

/** A key that is different for any two viewers. */
export function keyOf({ id, session }: Viewer): string {
  return session === null ? `id ${id}` : `${session.length} ${session} ${id}`
}

function externalHeaders({ propagate, insert }: HeaderRules, compression: boolean): RequestHeaders {
  const passed = passedOn(propagate)
  const set = Object.entries(insert)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !NEVER_PASSED_ON.has(name))
  const encoding = compression ? { 'accept-encoding': CODINGS_READ } : {}
  const always = { ...Object.fromEntries(set), ...JSON_HEADERS, ...encoding }
  if (passed.length === 0) return () => always

  const made = new LRUCache<string, ClientHeaders>(REMEMBERED)
  return ({ headers }) => {
    const key = valuesOf(passed, headers)
    const known = made.get(key)
    if (known) return known
    const given = passed.flatMap((name) => {
      const value = headers[name]
      return value === undefined ? [] : [[name, value] as const]
    })
    const fresh = { ...Object.fromEntries(given), ...always }
    made.set(key, fresh, { size: key.length + 1 })
    return fresh
  }
}

/**
 * The headers that are passed on. The request id is sent in any case. As a propagated header it would make all requests
 * different, so none could be shared.
 */
function passedOn(propagate: readonly string[]): string[] {
  return [...new Set(propagate.map((name) => name.toLowerCase()))].filter(
    (name) => !NEVER_PASSED_ON.has(name) && name !== REQUEST_ID_HEADER,
  )
}

/** A key that is different for any two sets of values. */
function valuesOf(names: readonly string[], headers: ClientHeaders): string {
  let key = ''
  for (const name of names) {
    const value = headers[name]
    key += value === undefined ? '-' : `${value.length} ${value}`
  }
  return key
}
