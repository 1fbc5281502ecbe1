import type { SendCommand } from '../../patterns/change-log/index.ts'

/**
 * What is wrong with the eviction policy of a Redis. Null if it may be used. With a policy for all keys, Redis could evict the
 * position of the cache and the log's streams, which have no expiry, before entries that nobody reads.
 */
export async function evictionFault(send: SendCommand): Promise<string | null> {
  const info = String(await send(['INFO', 'memory']))
  const [, policy = ''] = /^maxmemory_policy:(\S+)/m.exec(info) ?? []
  if (!policy.startsWith('allkeys-')) return null
  return (
    `Redis has maxmemory-policy ${policy}, which can evict keys that the cache and the log need. Set it to volatile-lru: ` +
    '`CONFIG SET maxmemory-policy volatile-lru`, and in redis.conf.'
  )
}
