import { randomUUID } from 'node:crypto'
import { CACHE_DOMAIN } from '../../../gateway/cache/open-cache.ts'
import { createRedisCache, type RedisState } from '../../../patterns/cache-aside/index.ts'
import { dialRedis } from '../../../platform/redis/client.ts'
import { explainFault } from '../../../platform/redis/faults.ts'

/** Maximum wait for Redis. Milliseconds. */
const TIMEOUT_MS = 3_000

/** The cache in Redis, or why it cannot be read. `state` is null if it was never started, or has lost its data. */
export type CacheInRedis = { state: RedisState | null; fault: string | null }

/** Reads the state of the cache in Redis. Never rejects. */
export async function readCacheInRedis(url: string): Promise<CacheInRedis> {
  try {
    await using redis = await dialRedis(url, TIMEOUT_MS)
    const { state } = await createRedisCache({
      send: redis.send,
      domain: CACHE_DOMAIN,
      random: randomUUID,
    }).read([])
    return { state, fault: null }
  } catch (error) {
    return { state: null, fault: explainFault(error).text }
  }
}
