import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { TesseraGateway } from '../../../gateway/tessera/start-tessera-gateway.ts'
import { startGateway } from '../../cache-aside/support/gateway.ts'
import { ownRedis } from '../../change-log-owner/support/own-redis.ts'
import type { SystemAddresses } from '../../support/global-setup.ts'
import { startOwnSystem } from '../../support/own-system.ts'
import { loaderOption } from '../loader/control.ts'
import type { PlantName } from '../loader/plants.ts'
import { openCacheBed } from './cache-bed.ts'
import { CACHE_BUGS, type CacheBug } from './cache-bugs.ts'
import type { CacheRead } from './cache-scenarios.ts'

const caught: string[] = []
let uncached: TesseraGateway
beforeAll(async () => {
  uncached = await startGateway({ CACHE: 'off' })
})
afterAll(async () => {
  process.stderr.write(`\n${caught.join('\n')}\n`)
  await uncached[Symbol.asyncDispose]()
})

type Run = { reads: CacheRead[]; ms: number }

async function run(
  { scenario, inService, throughRedis, gateways = 1 }: CacheBug,
  plants: readonly PlantName[],
): Promise<Run> {
  await using stack = new AsyncDisposableStack()
  const planted = inService && plants.length > 0
  const system: SystemAddresses = planted
    ? stack.use(await startOwnSystem({ env: { CACHE: 'off', NODE_OPTIONS: loaderOption({ plants }) } }))
    : { ...inject('system'), gatewayUrl: `${uncached.url}/graphql` }
  const begun = performance.now()
  const redis = throughRedis ? stack.use(await ownRedis()) : null
  await redis?.process.start()
  const bed = await openCacheBed({ system, plants: planted ? [] : plants, redis, gateways }, stack)
  return { reads: await scenario(bed), ms: performance.now() - begun }
}

const faultsOf = ({ reads }: Run, checker?: string) =>
  reads.filter((read) => read.shown !== read.expected && (checker ?? read.checker) === read.checker)

test.each(CACHE_BUGS)('$bug: caught, and nothing is found without it', async (bug) => {
  const [clean, planted] = await Promise.all([run(bug, []), run(bug, [bug.plant])])
  caught.push(`${bug.bug}: ${Math.round(planted.ms)} ms`)
  expect(faultsOf(clean)).toEqual([])
  expect(faultsOf(planted, bug.checker)).not.toEqual([])
})
