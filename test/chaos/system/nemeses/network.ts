import { services } from '../../../../contracts/topology.ts'
import type { Random } from '../../../../local/seed/random.ts'
import type { Proxy } from '../proxy.ts'
import { aWhile, pause, type Nemesis, type Stage } from '../stage.ts'

type Way = { name: string; proxy: Proxy }

function waysOf({ ground, fleet }: Stage): Way[] {
  const { databases, copies, redis } = ground.proxies
  const { requests, feeds } = fleet.proxies
  return [
    { name: 'to Redis', proxy: redis },
    { name: 'to the copies', proxy: copies },
    ...services.flatMap((service) => [
      { name: `to the database of ${service}`, proxy: databases[service] },
      { name: `from the gateway to ${service}`, proxy: requests[service] },
      { name: `to the feed of ${service}`, proxy: feeds[service] },
    ]),
  ]
}

const pickWay = (stage: Stage, random: Random) => random.pick(waysOf(stage))

/** All connections are reset, again and again. */
export const dropped: Nemesis = async (stage, random) => {
  const { name, proxy } = pickWay(stage, random)
  const times = 1 + random.below(5)
  for (let i = 0; i < times; i++) {
    proxy.cut()
    await pause(200)
  }
  return `connections ${name} reset, ${times} times`
}

/** Nobody gets through. */
export const partitioned: Nemesis = async (stage, random) => {
  const { name, proxy } = pickWay(stage, random)
  const ms = aWhile(random)
  proxy.set({ kind: 'refuse' })
  proxy.cut()
  await pause(ms)
  proxy.set({ kind: 'pass' })
  return `the way ${name} closed for ${ms} ms`
}

/** Half open: nobody hears anything, and nobody is told. Then what was held goes on, or is reset. */
export const silent: Nemesis = async (stage, random) => {
  const { name, proxy } = pickWay(stage, random)
  const ms = aWhile(random, 2_000, 9_000)
  const reset = random.chance(0.5)
  proxy.set({ kind: 'silent' })
  await pause(ms)
  if (reset) proxy.cut()
  proxy.set({ kind: 'pass' })
  return `the way ${name} silent for ${ms} ms, then ${reset ? 'reset' : 'all at once'}`
}

/** Connections are dead without a word, as when a router has lost them; only new ones get through. At last it resets them. */
export const forgotten: Nemesis = async (stage, random) => {
  const { name, proxy } = pickWay(stage, random)
  const ms = aWhile(random, 4_000, 15_000)
  proxy.forget()
  await pause(ms)
  proxy.cut()
  return `connections ${name} forgotten for ${ms} ms`
}

export const slow: Nemesis = async (stage, random) => {
  const { name, proxy } = pickWay(stage, random)
  const [ms, late] = [aWhile(random), 20 + random.below(200)]
  proxy.set({ kind: 'slow', ms: late })
  await pause(ms)
  proxy.set({ kind: 'pass' })
  return `the way ${name} slower by ${late} ms for ${ms} ms`
}

/** Answers are cut off in their middle. */
export const torn: Nemesis = async (stage, random) => {
  const { name, proxy } = pickWay(stage, random)
  const ms = aWhile(random, 500, 2_000)
  proxy.cutAfter(random.below(3_000))
  await pause(ms)
  proxy.set({ kind: 'pass' })
  return `answers ${name} cut off in their middle for ${ms} ms`
}

export function openWays(stage: Stage): void {
  for (const { proxy } of waysOf(stage)) proxy.set({ kind: 'pass' })
}
