import type { Service } from '../../../contracts/topology.ts'
import { createRedisCache } from '../../../patterns/cache-aside/index.ts'
import type { OwnRedis } from '../../change-log-owner/support/own-redis.ts'
import type { SystemAddresses } from '../../support/global-setup.ts'
import { connect, sqlOf } from '../support/sessions.ts'
import { until } from '../support/until.ts'

/** The cache in Redis, as a scenario sees it. */
export type RedisOfBed = {
  /** Resolves when Redis has a position. Before, nothing is stored there. */
  started(): Promise<void>
  /** Resolves when Redis has applied all that was written to a database before. */
  covers(database: Service): Promise<void>
  /** Resolves when Redis has a key with this text. */
  has(text: string): Promise<void>
  /** Deletes the position, as an eviction would. */
  losePosition(): Promise<void>
}

const DOMAIN = 'tessera'

export function redisOf(redis: OwnRedis | null, { databaseUrls }: SystemAddresses): RedisOfBed {
  const send = (args: readonly string[]) => {
    if (!redis) throw new Error('This scenario has no Redis.')
    return redis.send(...args)
  }
  const cache = createRedisCache({ send, domain: DOMAIN, random: () => 'unused' })
  return {
    started: () => until('Redis has a position', async () => (await cache.read([])).state !== null),
    async covers(database) {
      const end = await endOf(databaseUrls[database])
      await until(`Redis has the log of ${database} up to ${end.epoch}-${end.offset}`, async () => {
        const at = (await cache.read([])).state?.positions.get(database)
        return at?.epoch === end.epoch && at.offset >= end.offset
      })
    },
    has: (text) =>
      until(`Redis has a key with ${text}`, async () => {
        const keys = await send(['KEYS', `cache1:{${DOMAIN}}:*${text}*`])
        return Array.isArray(keys) && keys.length > 0
      }),
    losePosition: async () => void (await send(['DEL', `cache1:{${DOMAIN}}:at`])),
  }
}

/** The end of a log, as soon as all that was written is in a tick. */
async function endOf(url: string): Promise<{ epoch: number; offset: number }> {
  const client = await connect(url)
  try {
    let end: { epoch: number; offset: number } | null = null
    await until('all that was written is in a tick', async () => {
      const [row] = await sqlOf(client)<{ epoch: string; offset: string }>(END)
      if (row) end = { epoch: Number(row.epoch), offset: Number(row.offset) }
      return row !== undefined
    })
    return end ?? { epoch: 0, offset: 0 }
  } finally {
    await client.end()
  }
}

const END = `select epoch, base + cnt as "offset" from (select * from tick order by n desc limit 1) last
  where not exists (select from outbox where not pg_visible_in_snapshot(xid, last.cur))`
