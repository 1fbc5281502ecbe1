import { services } from '../../../../contracts/topology.ts'
import { GATEWAYS } from '../fleet.ts'
import { pause, randomDuration, type Nemesis } from '../nemesis.ts'

/** Up to more than the five seconds for which a cache answers without the log. Milliseconds. */
const CUT = { least: 2_000, most: 9_000 }

/** One gateway cannot read the log of one service, or of any, while it can ask the service. */
export const logCut: Nemesis = async ({ fleet }, random) => {
  const gateway = random.pick(GATEWAYS)
  const of = random.chance(0.5) ? services : [random.pick(services)]
  const ms = randomDuration(random, CUT.least, CUT.most)
  const { requests, redis } = fleet.proxies.gateways[gateway]
  for (const service of of) requests[service].set({ kind: 'without', request: 'GET /log' })
  redis.set({ kind: 'refuse' })
  redis.cut()
  await pause(ms)
  redis.set({ kind: 'pass' })
  for (const service of of) requests[service].set({ kind: 'pass' })
  return `the logs of ${of.join(', ')} cut from ${gateway} for ${ms} ms`
}

/** What one gateway reads from a service comes late, so that fills overlap with invalidations. */
export const slowFills: Nemesis = async ({ fleet }, random) => {
  const [gateway, service] = [random.pick(GATEWAYS), random.pick(services)]
  const [ms, late] = [randomDuration(random, 2_000, 5_000), 50 + random.below(450)]
  const proxy = fleet.proxies.gateways[gateway].requests[service]
  proxy.set({ kind: 'slow', ms: late })
  await pause(ms)
  proxy.set({ kind: 'pass' })
  return `what ${gateway} reads from ${service} comes ${late} ms late for ${ms} ms`
}

/** One more gateway with a cache, which is killed at the end. */
export const thirdGateway: Nemesis = async ({ fleet, gateways }, random) => {
  const ms = randomDuration(random, 2_000, 5_000)
  await using third = await fleet.guest('on')
  const before = gateways.urls
  gateways.urls = [...before, third.url]
  await pause(ms)
  await third.process.kill()
  gateways.urls = before
  return `a third gateway for ${ms} ms, then kill -9 of it`
}

/** All gateways with a cache are killed, while clients go on through one without. */
export const cachesAway: Nemesis = async ({ fleet, gateways }, random) => {
  const ms = randomDuration(random, 1_000, 4_000)
  const processes = GATEWAYS.map((name) => fleet.members[name].process)
  await using plain = await fleet.guest('off')
  const before = gateways.urls
  gateways.urls = [plain.url]
  await Promise.all(processes.map((process) => process.kill()))
  await pause(ms)
  await Promise.all(processes.map((process) => process.start()))
  gateways.urls = before
  await plain.process.kill()
  return `all gateways with a cache killed for ${ms} ms, while others wrote`
}

/** The wall clock of one gateway is wrong: by less than what its signatures allow, or by an hour. */
export const clockSkewed: Nemesis = async ({ fleet }, random) => {
  const gateway = random.pick(GATEWAYS)
  const skewMs = random.pick([-3_600_000, -20_000, -3_000, 3_000, 4_000, 3_600_000])
  const ms = randomDuration(random, 3_000, 7_000)
  await fleet.clocks[gateway].set(skewMs)
  await pause(ms)
  await fleet.clocks[gateway].set(0)
  return `the wall clock of ${gateway} wrong by ${skewMs} ms for ${ms} ms`
}
