import { decodeJwt, errors } from 'jose'
import type { Clock } from '../../platform/clock.ts'
import { describeTokenError } from './refusal.ts'
import { tokenVerifier, type Issuer, type VerifyToken } from './verify-token.ts'

/** Verifies tokens of several issuers: the `iss` a token claims chooses whose keys it must be signed with. */
export function issuersVerifier(issuers: readonly Issuer[], clock: Clock): VerifyToken {
  const verifiers = new Map(issuers.map((issuer) => [issuer.issuer, tokenVerifier(issuer, clock)]))
  return async (token) => {
    try {
      const { iss } = decodeJwt(token)
      const verify = verifiers.get(iss ?? '')
      if (verify) return await verify(token)
      const message = `The access token is of the issuer ${JSON.stringify(iss ?? null)}, who is not accepted here.`
      return { kind: 'refused', message }
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error
      return { kind: 'refused', message: describeTokenError(error, []) }
    }
  }
}
