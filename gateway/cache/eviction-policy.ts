import { dialRedis } from '../../platform/redis/client.ts'

/** Milliseconds. */
const TIMEOUT_MS = 2_000

/**
 * What is wrong with the eviction policy of a Redis. Null if it may be used. With a policy for all keys, Redis could evict the
 * position of the cache and the log's streams, which have no expiry, before entries that nobody reads.
 *
 * @throws if Redis does not respond
 */
export async function evictionFault(url: string): Promise<string | null> {
  await using redis = await dialRedis(url, TIMEOUT_MS)
  const info = String(await redis.send(['INFO', 'memory']))
  const [, policy = ''] = /^maxmemory_policy:(\S+)/m.exec(info) ?? []
  if (!policy.startsWith('allkeys-')) return null
  return (
    `Redis has maxmemory-policy ${policy}, which can evict keys that the cache and the log need. Set it to volatile-lru: ` +
    '`CONFIG SET maxmemory-policy volatile-lru`, and in redis.conf.'
  )
}
