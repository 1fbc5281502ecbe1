import { dialRedis } from '../../platform/redis/client.ts'

/** Milliseconds. */
const TIMEOUT_MS = 2_000

/**
 * What is wrong with the eviction policy of a Redis. Null if it may be used. With a policy for all keys, a cache that fills Redis could evict
 * the streams of the change logs and the recordings of usage, which have no expiry.
 *
 * @throws if Redis does not respond
 */
export async function evictionFault(url: string): Promise<string | null> {
  await using redis = await dialRedis(url, TIMEOUT_MS)
  const info = String(await redis.send(['INFO', 'memory']))
  const [, policy = ''] = /^maxmemory_policy:(\S+)/m.exec(info) ?? []
  if (!policy.startsWith('allkeys-')) return null
  return (
    `Redis has maxmemory-policy ${policy}, which can evict keys without an expiry: streams of the change logs, and recordings of usage. Set it to volatile-lru: ` +
    '`CONFIG SET maxmemory-policy volatile-lru`, and in redis.conf.'
  )
}
