import { decodeJwt, errors } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'
import { describeTokenError } from './refusal.ts'
import { REMEMBERED, tokenVerifier, type Issuer, type VerifyToken } from './verify-token.ts'

/** Verifies tokens of several issuers: the `iss` a token claims chooses whose keys it must be signed with. */
export function issuersVerifier(issuers: readonly Issuer[], clock: Clock): VerifyToken {
  const verifiers = new Map(issuers.map((issuer) => [issuer.issuer, tokenVerifier(issuer, clock)]))
  /** Whose a token says it is, which never changes. */
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
      const message = `The access token is of the issuer ${JSON.stringify(iss ?? null)}, who is not accepted here.`
      return { kind: 'refused', message }
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error
      return { kind: 'refused', message: describeTokenError(error, []) }
    }
  }
}
