import { decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'
import type { Viewer } from '../../platform/internal-auth.ts'
import { KeysUnavailable, MAX_AGE_MS, type Keys } from './keys.ts'
import { describeTokenError } from './token-errors.ts'

/** The number of tokens whose verification is remembered. */
const REMEMBERED = 10_000

/** The algorithms that can be configured for an identity provider. All are asymmetric: a verifier cannot sign. */
export const ASYMMETRIC_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const

/** The algorithms that are accepted by default. */
export const DEFAULT_ALGORITHMS: readonly (typeof ASYMMETRIC_ALGORITHMS)[number][] = [
  'RS256',
  'PS256',
  'ES256',
  'ES384',
  'EdDSA',
]

/** An issuer of tokens, and the requirements for its tokens. */
export type Issuer = {
  issuer: string
  audience: string | null
  algorithms: readonly string[]
  /** Tolerance for `exp` and `nbf` if clocks differ. @default 0 */
  leewaySeconds?: number
  keys: Keys
  /** The viewer of verified claims. Null if the claims have no viewer. */
  viewerOf: (claims: JWTPayload) => Viewer | null
}

export type TokenOutcome =
  | { kind: 'viewer'; viewer: Viewer }
  | { kind: 'refused'; message: string }
  | { kind: 'unavailable'; cause: unknown }

export type VerifyToken = (token: string) => Promise<TokenOutcome>

/**
 * Verifies tokens of one issuer. A verified token is remembered until it expires (including the leeway), but not longer than
 * keys: its key may have been withdrawn, so its signature is then checked again.
 */
export function tokenVerifier(from: Issuer, clock: Clock): VerifyToken {
  const { leewaySeconds = 0 } = from
  const verified = new LRUCache<string, { viewer: Viewer; until: number }>({ max: REMEMBERED })

  async function verify(token: string): Promise<TokenOutcome> {
    const { payload } = await jwtVerify(token, from.keys.find, {
      algorithms: [...from.algorithms],
      issuer: from.issuer,
      ...(from.audience !== null && { audience: from.audience }),
      requiredClaims: ['exp', 'sub'],
      currentDate: new Date(clock()),
      clockTolerance: leewaySeconds,
    })
    const viewer = from.viewerOf(payload)
    if (!viewer)
      return {
        kind: 'refused',
        message: 'The access token does not identify a user of this API. Sign in again.',
      }
    verified.set(token, {
      viewer,
      until: Math.min(((payload.exp ?? 0) + leewaySeconds) * 1000, clock() + MAX_AGE_MS),
    })
    return { kind: 'viewer', viewer }
  }

  return async (token) => {
    const known = verified.get(token)
    if (known && known.until > clock()) return { kind: 'viewer', viewer: known.viewer }
    try {
      return await verify(token)
    } catch (error) {
      if (error instanceof KeysUnavailable) return { kind: 'unavailable', cause: error }
      if (!(error instanceof errors.JOSEError) && !(error instanceof TypeError)) throw error
      return { kind: 'refused', message: describeTokenError(error, from.algorithms) }
    }
  }
}

/** Verifies tokens of several issuers. The `iss` of a token chooses the issuer whose keys verify it. */
export function issuersVerifier(issuers: readonly Issuer[], clock: Clock): VerifyToken {
  const verifiers = new Map(issuers.map((issuer) => [issuer.issuer, tokenVerifier(issuer, clock)]))
  /** By token. */
  const chosen = new LRUCache<string, VerifyToken>({ max: REMEMBERED })
  return async (token) => {
    const known = chosen.get(token)
    if (known) return known(token)
    try {
      const { iss } = decodeJwt(token)
      const verify = verifiers.get(iss ?? '')
      if (verify) {
        const outcome = await verify(token)
        if (outcome.kind === 'viewer') chosen.set(token, verify)
        return outcome
      }
      const message = `The access token was issued by ${JSON.stringify(iss ?? null)}, which is not accepted.`
      return { kind: 'refused', message }
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error
      return { kind: 'refused', message: describeTokenError(error, []) }
    }
  }
}
