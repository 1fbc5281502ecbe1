import { createHash } from 'node:crypto'

/** A longer key is replaced by its hash. */
const MAX_KEY = 250

/**
 * The key, or its hash. Clients choose the values of variables, so keys have any length, and each look-up sends its key to Redis.
 */
export function shortKey(key: string): string {
  return key.length <= MAX_KEY ? key : createHash('sha256').update(key).digest('base64url')
}
