import { SignJWT } from 'jose'
import { formatId, type Uuid } from '../../../contracts/ids.ts'
import type { Signer } from './signing-keys.ts'
import type { TokenSettings } from './token-settings.ts'

export type AccessToken = { token: string; expiresAt: Date }

/**
 * Signs an access token: a JWT (EdDSA) whose `sub` is the user's global id and whose `sid` is the session's uuid.
 *
 * @param now milliseconds. The times in the token are whole seconds.
 */
export async function signAccessToken(
  signer: Signer,
  { issuer, audience, accessTtlMs }: TokenSettings,
  { user, session, now }: { user: Uuid; session: Uuid; now: number },
): Promise<AccessToken> {
  const issuedAt = Math.floor(now / 1000)
  const expires = issuedAt + accessTtlMs / 1000
  const token = await new SignJWT({ sid: session })
    .setProtectedHeader({ alg: 'EdDSA', kid: signer.kid, typ: 'JWT' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(formatId('user', user))
    .setIssuedAt(issuedAt)
    .setExpirationTime(expires)
    .sign(signer.key)
  return { token, expiresAt: new Date(expires * 1000) }
}
