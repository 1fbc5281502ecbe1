import { errors } from 'jose'

/** Describes an invalid token and how to fix it. The client sees this text. */
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
    return `has the wrong algorithm. These are accepted: ${algorithms.join(', ')}`
  if (error instanceof errors.JWKSNoMatchingKey) return 'is signed with an unknown key'
  if (error instanceof errors.JWTClaimValidationFailed) {
    const begins = error.claim === 'nbf' ? timeOf(error.payload.nbf) : null
    if (begins !== null) return `is not valid before ${begins}`
    return error.reason === 'missing'
      ? `has no claim "${error.claim}"`
      : `has an unacceptable claim "${error.claim}"`
  }
  return 'is malformed'
}

/** A time claim as ISO 8601. Null if it is not a time. */
function timeOf(seconds: unknown): string | null {
  const date = new Date(typeof seconds === 'number' ? seconds * 1000 : Number.NaN)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
