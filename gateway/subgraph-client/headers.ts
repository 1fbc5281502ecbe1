import type { Clock } from '../../platform/clock.ts'
import { INTERNAL_HEADER, signInternal, type Viewer } from '../../platform/internal-auth.ts'
import type { SubgraphTarget } from './target.ts'

/** The client's headers, names in lower case. */
export type ClientHeaders = Readonly<Record<string, string>>

/** Whoever asks: what a request to a subgraph is made for. */
export type Caller = { viewer: Viewer | null; headers: ClientHeaders }

export type Signing = { secret: string; clock: Clock }

/** Headers about the connection itself, or that describe another body than ours; never passed on, nor set by configuration. */
export const NEVER_PASSED_ON = new Set([
  INTERNAL_HEADER,
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

/** The headers of one attempt. Made anew for each, so that the signature is fresh. */
export function requestHeaders(
  target: SubgraphTarget,
  subgraph: string,
  caller: Caller,
  signing: Signing | null,
): Record<string, string> {
  if (target.kind === 'foreign') return { ...foreignHeaders(target.headers, caller.headers), ...JSON_HEADERS }
  if (!signing) throw new Error(`the internal subgraph ${subgraph} needs a secret to sign with`)
  const { secret, clock } = signing
  return { ...JSON_HEADERS, [INTERNAL_HEADER]: signInternal(secret, caller.viewer, subgraph, clock()) }
}

function foreignHeaders(
  rules: { propagate: readonly string[]; insert: ClientHeaders },
  client: ClientHeaders,
) {
  const headers: Record<string, string> = {}
  for (const name of rules.propagate.map((given) => given.toLowerCase())) {
    const value = client[name]
    if (value !== undefined && !NEVER_PASSED_ON.has(name)) headers[name] = value
  }
  for (const [name, value] of Object.entries(rules.insert)) {
    if (!NEVER_PASSED_ON.has(name.toLowerCase())) headers[name.toLowerCase()] = value
  }
  return headers
}
