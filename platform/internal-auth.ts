import { createHmac, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'

/**
 * The internal header. It contains the viewer, the subgraph and the expiry, and is signed with the secret that the gateway
 * and the subgraphs share. Format: `v1.<base64url of JSON>.<base64url of HMAC-SHA-256>`.
 */
export const INTERNAL_HEADER = 'tessera-internal'

/** Maximum lifetime of a signature. One that expires later is refused. Milliseconds. */
export const MAX_AGE_MS = 30_000

/** Lifetime of our signatures. It is shorter, so that a receiver whose clock is a little behind accepts them. Milliseconds. */
export const LIFE_MS = 25_000

/** The signed-in user, verified by the gateway. `session` is null for external identities. */
export type Viewer = { id: string; session: string | null }

const Claims = z.object({
  viewer: z.object({ id: z.string(), session: z.string().nullable() }).nullable(),
  subgraph: z.string(),
  expires: z.number(),
})

type Claims = z.output<typeof Claims>

export type Verified = { ok: true; viewer: Viewer | null } | { ok: false; reason: string }

/** Within a second, the signature for a viewer and a subgraph is the same, so it needs to be verified only once. Milliseconds. */
const SECOND_MS = 1_000

/** Creates the header for requests of one viewer to one subgraph. It is valid until the signature expires. */
export function signInternal(secret: string, viewer: Viewer | null, subgraph: string, now: number): string {
  const claims = { viewer, subgraph, expires: now - (now % SECOND_MS) + LIFE_MS }
  const body = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return `v1.${body}.${mac(secret, body).toString('base64url')}`
}

/** Verifies signature, audience and expiry. The reason of a refusal never reveals the correct signature. */
export function verifyInternal(
  secret: string,
  header: string | undefined,
  subgraph: string,
  now: number,
): Verified {
  const read = readSigned(secret, header, subgraph)
  return read.ok ? checkLife(read.claims, now) : read
}

/** Like `verifyInternal`, but caches verified headers, so that the signature of each is computed only once. */
export function internalVerifier(secret: string, subgraph: string) {
  const known = new LRUCache<string, Claims>({ max: KNOWN_HEADERS })
  return (header: string | undefined, now: number): Verified => {
    const claims = header && known.get(header)
    if (claims) return checkLife(claims, now)
    const read = readSigned(secret, header, subgraph)
    if (!read.ok) return read
    if (header) known.set(header, read.claims)
    return checkLife(read.claims, now)
  }
}

const KNOWN_HEADERS = 1_000

type Read = { ok: true; claims: Claims } | { ok: false; reason: string }

function readSigned(secret: string, header: string | undefined, subgraph: string): Read {
  if (!header) return { ok: false, reason: `the ${INTERNAL_HEADER} header is missing` }
  const [version, body, signature] = header.split('.')
  if (version !== 'v1' || !body || !signature) return { ok: false, reason: 'the signature is malformed' }
  const given = Buffer.from(signature, 'base64url')
  const right = mac(secret, body)
  if (given.length !== right.length || !timingSafeEqual(given, right)) {
    return { ok: false, reason: 'the signature is wrong' }
  }
  const claims = parseClaims(body)
  if (!claims) return { ok: false, reason: 'the signature is for invalid claims' }
  if (claims.subgraph !== subgraph) return { ok: false, reason: `the signature is for "${claims.subgraph}"` }
  return { ok: true, claims }
}

function checkLife(claims: Claims, now: number): Verified {
  if (claims.expires <= now) return { ok: false, reason: 'the signature has expired' }
  if (claims.expires > now + MAX_AGE_MS) return { ok: false, reason: 'the signature is valid for too long' }
  return { ok: true, viewer: claims.viewer }
}

function parseClaims(body: string): Claims | null {
  try {
    return Claims.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString())).data ?? null
  } catch {
    return null
  }
}

function mac(secret: string, body: string): Buffer {
  return createHmac('sha256', secret).update(body).digest()
}
