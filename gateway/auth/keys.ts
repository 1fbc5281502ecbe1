import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'

/** Wait between two fetches for a key that is not known, in milliseconds: tokens with made-up keys cost no more. */
const COOLDOWN_MS = 2_000
/** Age at which the keys are fetched again even so, in milliseconds: a withdrawn key is accepted no longer. */
export const MAX_AGE_MS = 300_000

/** The issuer's keys could not be fetched, and none are known: nobody's token can be judged. */
export class KeysUnavailable extends Error {
  override name = 'KeysUnavailable'
}

export type Keys = {
  find: JWTVerifyGetKey
  /** Resolves when keys are known or can be fetched. */
  check(): Promise<void>
}

/** The public keys at a JWKS address. When they cannot be fetched, those fetched last go on being used. */
export function remoteKeys(url: string): Keys {
  const remote = createRemoteJWKSet(new URL(url), { cooldownDuration: COOLDOWN_MS, cacheMaxAge: MAX_AGE_MS })
  return {
    async find(header, token) {
      try {
        return await remote(header, token)
      } catch (error) {
        if (isAboutToken(error)) throw error
        const known = remote.jwks()
        if (!known) throw new KeysUnavailable('the keys cannot be fetched', { cause: error })
        return createLocalJWKSet(known)(header, token)
      }
    },
    async check() {
      if (!remote.jwks()) await remote.reload()
    },
  }
}

function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JOSEAlgNotAllowed
  )
}
