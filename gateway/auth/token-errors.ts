import { errors } from 'jose'

/** What is wrong with a token, and what to do about it. Shown to whoever sent it. */
export function describeTokenError(error: unknown, algorithms: readonly string[]): string {
  if (error instanceof errors.JWTExpired) {
    const at = timeOf(error.payload.exp)
    const when = at === null ? '' : ` at ${at}`
    return (
      `The access token expired${when}. Without this Authorization header, exchange the refresh token by ` +
      '`refreshSession`, or sign in again.'
    )
  }
  return `The access token ${fault(error, algorithms)}. Sign in again and send the new one.`
}

function fault(error: unknown, algorithms: readonly string[]): string {
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'has a wrong signature'
  if (error instanceof errors.JOSEAlgNotAllowed)
    return `has the wrong algorithm; only ${algorithms.join(', ')} will do`
  if (error instanceof errors.JWKSNoMatchingKey) return 'is signed with a key that is not known'
  if (error instanceof errors.JWTClaimValidationFailed) {
    const begins = error.claim === 'nbf' ? timeOf(error.payload.nbf) : null
    if (begins !== null) return `is not valid before ${begins}`
    return error.reason === 'missing'
      ? `lacks the claim "${error.claim}"`
      : `has an unacceptable claim "${error.claim}"`
  }
  return 'is malformed'
}

/** A claim that is a time, as people read it; null when it is none. */
function timeOf(seconds: unknown): string | null {
  const date = new Date(typeof seconds === 'number' ? seconds * 1000 : Number.NaN)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
