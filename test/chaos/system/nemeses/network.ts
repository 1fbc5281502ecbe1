import { services } from '../../../../contracts/topology.ts'
import type { Random } from '../../../../local/seed/random.ts'
import { GATEWAYS } from '../fleet.ts'
import type { Proxy } from '../proxy.ts'
import { randomDuration, pause, type Nemesis, type ChaosSystem } from '../nemesis.ts'

type Way = { name: string; proxy: Proxy }

function waysOf({ servers, fleet }: ChaosSystem): Way[] {
  const { databases, copies, redis } = servers.proxies
  const { gateways, feeds } = fleet.proxies
  return [
    { name: 'to Redis', proxy: redis },
    { name: 'to the copies', proxy: copies },
    ...services.flatMap((service) => [
      { name: `to the database of ${service}`, proxy: databases[service] },
      { name: `to the feed of ${service}`, proxy: feeds[service] },
    ]),
    ...GATEWAYS.flatMap((gateway) => [
      { name: `from ${gateway} to Redis`, proxy: gateways[gateway].redis },
      ...services.map((service) => ({
        name: `from ${gateway} to ${service}`,
        proxy: gateways[gateway].requests[service],
      })),
    ]),
  ]
}

const pickWay = (system: ChaosSystem, random: Random) => random.pick(waysOf(system))

/** Resets all connections repeatedly. */
export const dropped: Nemesis = async (system, random) => {
  const { name, proxy } = pickWay(system, random)
  const times = 1 + random.below(5)
  for (let i = 0; i < times; i++) {
    proxy.cut()
    await pause(200)
  }
  return `connections ${name} reset, ${times} times`
}

/** Rejects all connections. */
export const partitioned: Nemesis = async (system, random) => {
  const { name, proxy } = pickWay(system, random)
  const ms = randomDuration(random)
  proxy.set({ kind: 'refuse' })
  proxy.cut()
  await pause(ms)
  proxy.set({ kind: 'pass' })
  return `the way ${name} closed for ${ms} ms`
}

/** Half open: no data is transferred, without an error. Then the held data continues, or the connections are reset. */
export const silent: Nemesis = async (system, random) => {
  const { name, proxy } = pickWay(system, random)
  const ms = randomDuration(random, 2_000, 9_000)
  const reset = random.chance(0.5)
  proxy.set({ kind: 'silent' })
  await pause(ms)
  if (reset) proxy.cut()
  proxy.set({ kind: 'pass' })
  return `the way ${name} silent for ${ms} ms, then ${reset ? 'reset' : 'all at once'}`
}

/** Existing connections are silently dead, as if a router had lost them. New ones work. At the end, the dead ones are reset. */
export const forgotten: Nemesis = async (system, random) => {
  const { name, proxy } = pickWay(system, random)
  const ms = randomDuration(random, 4_000, 15_000)
  proxy.forget()
  await pause(ms)
  proxy.cut()
  return `connections ${name} forgotten for ${ms} ms`
}

export const slow: Nemesis = async (system, random) => {
  const { name, proxy } = pickWay(system, random)
  const [ms, late] = [randomDuration(random), 20 + random.below(200)]
  proxy.set({ kind: 'slow', ms: late })
  await pause(ms)
  proxy.set({ kind: 'pass' })
  return `the way ${name} slower by ${late} ms for ${ms} ms`
}

/** Responses are cut off in the middle. */
export const torn: Nemesis = async (system, random) => {
  const { name, proxy } = pickWay(system, random)
  const ms = randomDuration(random, 500, 2_000)
  proxy.cutAfter(random.below(3_000))
  await pause(ms)
  proxy.set({ kind: 'pass' })
  return `answers ${name} cut off in their middle for ${ms} ms`
}

export function openWays(system: ChaosSystem): void {
  for (const { proxy } of waysOf(system)) proxy.set({ kind: 'pass' })
}
