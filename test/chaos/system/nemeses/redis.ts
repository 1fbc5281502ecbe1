import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { services } from '../../../../contracts/topology.ts'
import { streamKey } from '../../../../patterns/change-log/index.ts'
import { dialRedis } from '../../../../platform/redis/client.ts'
import { randomDuration, retry, pause, type Nemesis, type ChaosSystem } from '../nemesis.ts'

/** Sends commands directly to Redis, without its proxy. */
async function send({ servers }: ChaosSystem, ...commands: string[][]): Promise<void> {
  await using redis = await dialRedis(servers.redis.url)
  for (const command of commands) await redis.send(command)
}

/** SIGKILL. Redis is empty after its restart. */
export const redisKilled: Nemesis = async (system) => {
  system.servers.redis.killNow()
  await retry(() => send(system, ['PING']))
  return 'kill -9 of Redis'
}

/** SIGKILL, and a restart with what it had some seconds ago. */
export const redisRestored: Nemesis = async (system, random) => {
  const ms = randomDuration(random, 1_500, 7_000)
  await retry(() => send(system, ['SAVE']))
  await pause(ms)
  system.servers.redis.killNow()
  await retry(() => send(system, ['PING']))
  await rm(join(system.servers.folder, 'redis/dump.rdb'), { force: true })
  return `kill -9 of Redis, which started with a file that was ${ms} ms old`
}

export const flushed: Nemesis = async (system, random) => {
  const times = 1 + random.below(3)
  for (let i = 0; i < times; i++) {
    await retry(() => send(system, ['FLUSHALL']))
    await pause(200)
  }
  return `FLUSHALL, ${times} times`
}

/** Trims streams, so that their beginning is missing. */
export const trimmed: Nemesis = async (system, random) => {
  const left = String(random.below(20))
  await retry(() => send(system, ...services.map((service) => ['XTRIM', streamKey(service), 'MAXLEN', left])))
  return `streams cut to their last ${left} records`
}

/**
 * Too little memory: entries of caches are evicted, and writes are rejected. The policies are those that a cache may have: with others,
 * Redis could evict what makes its entries safe.
 */
export const evicting: Nemesis = async (system, random) => {
  const policy = random.pick(['volatile-lru', 'volatile-random', 'noeviction'])
  const ms = randomDuration(random, 1_500, 4_000)
  await retry(() =>
    send(system, ['CONFIG', 'SET', 'maxmemory-policy', policy], ['CONFIG', 'SET', 'maxmemory', '1mb']),
  )
  await pause(ms)
  await retry(() => send(system, ...ROOMY))
  return `Redis with 1 MB, ${policy}, for ${ms} ms`
}

const ROOMY = [
  ['CONFIG', 'SET', 'maxmemory', '256mb'],
  ['CONFIG', 'SET', 'maxmemory-policy', 'volatile-lru'],
]

export const slowRedis: Nemesis = async (system, random) => {
  const ms = randomDuration(random, 1_000, 5_000)
  await retry(() => send(system, ['CLIENT', 'PAUSE', String(ms), random.chance(0.5) ? 'ALL' : 'WRITE']))
  await pause(ms)
  return `Redis answers nothing for ${ms} ms`
}

/** Restores the normal settings. */
export async function healRedis(system: ChaosSystem): Promise<void> {
  await retry(() => send(system, ['CLIENT', 'UNPAUSE'], ...ROOMY))
}
