import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

/**
 * The internal header: who asks, for which subgraph, until when; signed with the secret that the gateway and the
 * subgraphs share. Format: `v1.<base64url of JSON>.<base64url of HMAC-SHA-256>`.
 */
export const INTERNAL_HEADER = 'tessera-internal'

/** No signature is accepted for longer than this, whatever it says of itself. Milliseconds. */
export const MAX_AGE_MS = 30_000

/** The signed-in person, as the gateway verified it. `session` is null for external identities. */
export type Viewer = { id: string; session: string | null }

const Claims = z.object({
  viewer: z.object({ id: z.string(), session: z.string().nullable() }).nullable(),
  subgraph: z.string(),
  expires: z.number(),
})

export type Verified = { ok: true; viewer: Viewer | null } | { ok: false; reason: string }

/** Signs one request to one subgraph. Sign anew for each attempt. */
export function signInternal(secret: string, viewer: Viewer | null, subgraph: string, now: number): string {
  const claims = { viewer, subgraph, expires: now + MAX_AGE_MS }
  const body = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return `v1.${body}.${mac(secret, body).toString('base64url')}`
}

/** Checks signature, audience and expiry; the reason of a refusal says what is wrong, never what is right. */
export function verifyInternal(
  secret: string,
  header: string | undefined,
  subgraph: string,
  now: number,
): Verified {
  if (!header) return { ok: false, reason: `the ${INTERNAL_HEADER} header is missing` }
  const [version, body, signature] = header.split('.')
  if (version !== 'v1' || !body || !signature) return { ok: false, reason: 'the signature is malformed' }
  const given = Buffer.from(signature, 'base64url')
  const right = mac(secret, body)
  if (given.length !== right.length || !timingSafeEqual(given, right)) {
    return { ok: false, reason: 'the signature is wrong' }
  }
  const claims = parseClaims(body)
  if (!claims) return { ok: false, reason: 'the signature is for something that is no claim' }
  if (claims.subgraph !== subgraph) return { ok: false, reason: `the signature is for "${claims.subgraph}"` }
  if (claims.expires <= now) return { ok: false, reason: 'the signature has expired' }
  if (claims.expires > now + MAX_AGE_MS) return { ok: false, reason: 'the signature lives too long' }
  return { ok: true, viewer: claims.viewer }
}

function parseClaims(body: string): z.output<typeof Claims> | null {
  try {
    return Claims.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString())).data ?? null
  } catch {
    return null
  }
}

function mac(secret: string, body: string): Buffer {
  return createHmac('sha256', secret).update(body).digest()
}
