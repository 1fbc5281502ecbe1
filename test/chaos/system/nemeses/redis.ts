import { services } from '../../../../contracts/topology.ts'
import { streamKey } from '../../../../patterns/change-log/index.ts'
import { dialRedis } from '../../../../platform/redis/client.ts'
import { aWhile, insist, pause, type Nemesis, type Stage } from '../stage.ts'

/** Commands go to Redis itself, whatever its proxy does. */
async function send({ ground }: Stage, ...commands: string[][]): Promise<void> {
  await using redis = await dialRedis(ground.redis.url)
  for (const command of commands) await redis.send(command)
}

/** SIGKILL: it comes back empty. */
export const redisKilled: Nemesis = async (stage) => {
  stage.ground.redis.killNow()
  await insist(() => send(stage, ['PING']))
  return 'kill -9 of Redis'
}

export const flushed: Nemesis = async (stage, random) => {
  const times = 1 + random.below(3)
  for (let i = 0; i < times; i++) {
    await insist(() => send(stage, ['FLUSHALL']))
    await pause(200)
  }
  return `FLUSHALL, ${times} times`
}

/** Streams are cut short: what is left of them begins late. */
export const trimmed: Nemesis = async (stage, random) => {
  const left = String(random.below(20))
  await insist(() => send(stage, ...services.map((service) => ['XTRIM', streamKey(service), 'MAXLEN', left])))
  return `streams cut to their last ${left} records`
}

/** Too little memory: whole streams go, or, where nothing may go, nothing is taken. */
export const evicting: Nemesis = async (stage, random) => {
  const policy = random.pick(['allkeys-lru', 'allkeys-random', 'noeviction'])
  const ms = aWhile(random, 1_500, 4_000)
  await insist(() =>
    send(stage, ['CONFIG', 'SET', 'maxmemory-policy', policy], ['CONFIG', 'SET', 'maxmemory', '1mb']),
  )
  await pause(ms)
  await insist(() => send(stage, ...ROOMY))
  return `Redis with 1 MB, ${policy}, for ${ms} ms`
}

const ROOMY = [
  ['CONFIG', 'SET', 'maxmemory', '256mb'],
  ['CONFIG', 'SET', 'maxmemory-policy', 'volatile-lru'],
]

export const slowRedis: Nemesis = async (stage, random) => {
  const ms = aWhile(random, 1_000, 5_000)
  await insist(() => send(stage, ['CLIENT', 'PAUSE', String(ms), random.chance(0.5) ? 'ALL' : 'WRITE']))
  await pause(ms)
  return `Redis answers nothing for ${ms} ms`
}

/** As it is to be. */
export async function healRedis(stage: Stage): Promise<void> {
  await insist(() => send(stage, ['CLIENT', 'UNPAUSE'], ...ROOMY))
}
