import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'

/** Sends one command to Redis; rejects at once when there is no connection. */
type Send = (args: string[]) => Promise<unknown>

export type PersistedQueriesOptions = {
  /** Characters of the texts kept in this process. @default 8388608 */
  maxSize?: number
  /** How long Redis keeps a text, in seconds. @default 86400 */
  ttlSeconds?: number
  /** Most bytes of texts that this process writes to Redis in `ttlSeconds`. @default 33554432 */
  maxShared?: number
  /** Monotonic, in milliseconds. @default performance.now */
  clock?: Clock
}

/** Texts of queries by their SHA-256, as clients have registered them. */
export type PersistedQueries = {
  /** Null when it is not known. Never rejects, and waits for Redis only a moment. */
  find(hash: string): Promise<string | null> | string | null
  /** Keeps the text of a query that is valid. One that is very long is not kept. */
  register(hash: string, text: string): void
}

/** Longest text that is kept, in characters; one that is within the other limits is hardly ever longer. */
export const MAX_TEXT = 131_072

/** Most texts that are kept in this process. */
const MOST = 10_000

/** Longest wait for Redis. Milliseconds. */
const TIMEOUT_MS = 50

/** @param send to Redis, which all gateways share; null: this process keeps them by itself */
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
    max: MOST,
    maxSize,
    sizeCalculation: ({ length }) => length + 100,
  })

  async function findInRedis(ask: Send, hash: string): Promise<string | null> {
    // Of what is longer than anything of ours, no more than is needed to see that.
    const text = await inTime(ask(['GETRANGE', keyOf(hash), '0', String(4 * MAX_TEXT)]))
    // Nobody can have another query run by writing to Redis.
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
 * Redis is shared with the change log, and anybody can register texts without end: each time span has its bytes. Once they are spent,
 * texts are kept in this process only.
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

/** Null when it takes too long. */
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
