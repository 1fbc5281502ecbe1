import { CACHE_DOMAIN } from '../../../gateway/cache/open-cache.ts'
import { keyPrefix } from '../../../patterns/cache-aside/index.ts'
import type { OwnRedis } from '../../change-log-owner/support/own-redis.ts'
import { until } from '../support/until.ts'

/** The cache in Redis, as a scenario sees it. */
export type RedisOfBed = {
  /** Resolves when Redis has a key with this text. */
  has(text: string): Promise<void>
}

export function redisOf(redis: OwnRedis | null): RedisOfBed {
  return {
    has: (text) =>
      until(`Redis has a key with ${text}`, async () => {
        if (!redis) throw new Error('This scenario has no Redis.')
        const keys = await redis.send('KEYS', `${keyPrefix(CACHE_DOMAIN)}*${text}*`)
        return Array.isArray(keys) && keys.length > 0
      }),
  }
}
