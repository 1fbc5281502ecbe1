import { createHash, createHmac, randomBytes } from 'node:crypto'

/** 32 random bytes in base64url. */
export function makeRefreshToken(): string {
  return randomBytes(32).toString('base64url')
}

/** The stored hash of a refresh token. The token has 256 random bits, so a fast hash is enough. */
export function hashRefreshToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest())
}

/**
 * The refresh token that replaces another one. It is derived from the old token and the secret, so it can be returned twice
 * without being stored.
 */
export function successorOf(secret: string, token: string): string {
  return createHmac('sha256', secret).update(`the refresh token after ${token}`).digest('base64url')
}
