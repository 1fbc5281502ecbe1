import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'

/** Sends a command to Redis. Rejects at once if there is no connection. */
type Send = (args: string[]) => Promise<unknown>

export type PersistedQueriesOptions = {
  /** Limit of the characters of texts in this process. @default 8388608 */
  maxSize?: number
  /** How long Redis keeps a text, in seconds. @default 86400 */
  ttlSeconds?: number
  /** Limit of the bytes that this process writes to Redis in `ttlSeconds`. @default 33554432 */
  maxShared?: number
  /** Monotonic, in milliseconds. @default performance.now */
  clock?: Clock
}

/** The queries that clients registered, by their SHA-256. */
export type PersistedQueries = {
  /** Null if the query is unknown. Never rejects, and waits for Redis only briefly. */
  find(hash: string): Promise<string | null> | string | null
  /** Stores a valid query, unless it is too long. */
  register(hash: string, text: string): void
}

/** The longest text that is stored, in characters. Texts within the other limits are hardly ever longer. */
export const MAX_TEXT = 131_072

/** The maximum number of texts in this process. */
const MAX_TEXTS = 10_000

/** Timeout for Redis. Milliseconds. */
const TIMEOUT_MS = 50

/** @param send sends to Redis, which all gateways share. Null if only this process keeps the texts. */
export function persistedQueries(
  send: Send | null,
  {
    maxSize = 8_388_608,
    ttlSeconds = 86_400,
    maxShared = 33_554_432,
    clock = () => performance.now(),
  }: PersistedQueriesOptions = {},
): PersistedQueries {
  const mayShare = budget(maxShared, ttlSeconds * 1_000, clock)
  const texts = new LRUCache<string, string>({
    max: MAX_TEXTS,
    maxSize,
    sizeCalculation: ({ length }) => length + 100,
  })

  async function findInRedis(ask: Send, hash: string): Promise<string | null> {
    // A longer text is not one of ours, and need not be read completely.
    const text = await inTime(ask(['GETRANGE', keyOf(hash), '0', String(4 * MAX_TEXT)]))
    // Someone who can write to Redis must not be able to replace a query.
    if (typeof text !== 'string' || hashOf(text) !== hash) return null
    texts.set(hash, text)
    return text
  }

  return {
    find(hash) {
      const text = texts.get(hash)
      if (text !== undefined) return text
      return send ? findInRedis(send, hash).catch(() => null) : null
    },
    register(hash, text) {
      if (text.length > MAX_TEXT || texts.has(hash)) return
      texts.set(hash, text)
      if (!send || !mayShare(Buffer.byteLength(text))) return
      send(['SET', keyOf(hash), text, 'EX', String(ttlSeconds)]).catch(() => {})
    },
  }
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const keyOf = (hash: string) => `apq:${hash}`

/**
 * Limits the bytes per time span. Redis is shared with the change log, and any client can register any number of texts. Once
 * the limit is reached, texts are kept in this process only.
 */
function budget(most: number, spanMs: number, clock: Clock): (bytes: number) => boolean {
  let [until, left] = [0, 0]
  return (bytes) => {
    const now = clock()
    if (now >= until) [until, left] = [now + spanMs, most]
    if (bytes > left) return false
    left -= bytes
    return true
  }
}

/** Null after the timeout. */
async function inTime<Result>(asked: Promise<Result>): Promise<Result | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(resolve, TIMEOUT_MS, null)
  try {
    return await Promise.race([asked, late])
  } finally {
    clearTimeout(timer)
    asked.catch(() => {})
  }
}
