import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'

/** The minimum time between two fetches for unknown keys, in milliseconds. It limits the cost of tokens with invented keys. */
const COOLDOWN_MS = 2_000
/** Maximum age of fetched keys, in milliseconds. A withdrawn key is accepted for at most this long. */
export const MAX_AGE_MS = 300_000

/** The issuer's keys could not be fetched, and none are known. No token can be verified. */
export class KeysUnavailable extends Error {
  override name = 'KeysUnavailable'
}

export type Keys = {
  find: JWTVerifyGetKey
  /** Resolves if keys are known or can be fetched. */
  check(): Promise<void>
}

/** The public keys at a JWKS URL. If they cannot be fetched, the last known keys are used. */
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
