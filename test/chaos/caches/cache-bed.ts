import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CONSISTENCY_HEADER } from '../../../contracts/consistency.ts'
import { forServices, services, type Service } from '../../../contracts/topology.ts'
import { manageProcess, type ManagedProcess } from '../../../local/processes/managed-process.ts'
import { httpProbe } from '../../../local/processes/readiness.ts'
import { environmentOf, nodeArguments } from '../../../local/system/environment.ts'
import { inheritedEnv } from '../../../platform/config/read-config.ts'
import { freePorts } from '../../../platform/ports.ts'
import { root } from '../../../platform/root.ts'
import { somePeople, type People } from '../../cache-aside/support/people.ts'
import type { OwnRedis } from '../../change-log-owner/support/own-redis.ts'
import type { SystemAddresses } from '../../support/global-setup.ts'
import { loaderOption, openFailpoints, type Failpoints } from '../loader/control.ts'
import type { PlantName } from '../loader/plants.ts'
import { redisOf, type RedisOfBed } from './redis-of-bed.ts'
import { until } from '../support/until.ts'
import { hitOf, type Hit } from '../system/client.ts'
import { queryOf, type PageName } from '../system/pages.ts'
import { openProxy, through, type Proxy } from '../system/proxy.ts'

/** What a read of a page adds to its query. */
export type Reading = {
  page: PageName
  key: string
  personal?: boolean
  /** An access token. */
  viewer?: string
  /** A consistency token. */
  consistency?: string
}

export type Shown = { text: string; hit: Hit | null }

/** A gateway with a cache, as a process of its own, which the bug may be planted in. */
export type CachingGateway = {
  process: ManagedProcess
  failpoints: Failpoints
  ways: Readonly<Record<Service, Proxy>>
  read(reading: Reading): Promise<Shown>
  /** Resolves when its cache answers for a reader with this token. */
  covers(consistency: string, somethingElse: Omit<Reading, 'consistency'>): Promise<void>
}

export type CacheBed = {
  plants: readonly PlantName[]
  /** People, and mutations of them through a gateway without a cache. */
  people: People
  readonly gateway: CachingGateway
  /** More of them, if the scenario asks for them. */
  others: readonly CachingGateway[]
  /** A read of a gateway without a cache. */
  readUncached(reading: Reading): Promise<Shown>
  redis: RedisOfBed
}

export type CacheBedOptions = {
  /** Its gateway has no cache. */
  system: SystemAddresses
  plants: readonly PlantName[]
  /** Redis of the gateways. Null if they have only their memory. */
  redis: OwnRedis | null
  gateways: number
}

export async function openCacheBed(
  { system, plants, redis, gateways }: CacheBedOptions,
  stack: AsyncDisposableStack,
): Promise<CacheBed> {
  const ports = await freePorts(gateways)
  const people = await somePeople(3, system.gatewayUrl)
  const opened = await Promise.all(
    ports.map(async (port, i): Promise<CachingGateway> => {
      const folder = await mkdtemp(join(tmpdir(), 'tessera-cache-bug-'))
      stack.defer(() => rm(folder, { recursive: true, force: true }))
      const proxies = await Promise.all(
        services.map(async (service) => stack.use(await openProxy(portOf(system.subgraphUrls[service])))),
      )
      const ways = forServices((service) => proxies[services.indexOf(service)] as Proxy)
      const process = manageProcess({
        name: `gateway ${i + 1}`,
        command: globalThis.process.execPath,
        args: [loaderOption({ plants, failpoints: folder, patient: true }), ...nodeArguments('gateway')],
        env: environmentOf('gateway', '127.0.0.1', port, {
          inherited: {
            ...inheritedEnv(),
            NODE_ENV: 'test',
            LOG_LEVEL: 'error',
            CACHE: 'on',
            REDIS_URL: redis?.url,
          },
          databaseUrls: system.databaseUrls,
          internalSecret: system.internalSecret,
          subgraphUrls: forServices((service) => through(system.subgraphUrls[service], ways[service])),
        }),
        cwd: root,
        ipc: true,
        probe: httpProbe(`http://127.0.0.1:${port}/readyz`),
        onLine: () => {},
        report: () => {},
      })
      stack.use(process)
      await process.start()
      const read = (reading: Reading) => ask(`http://127.0.0.1:${port}/graphql`, reading)
      return {
        process,
        failpoints: openFailpoints(folder),
        ways,
        read,
        covers: (consistency, somethingElse) =>
          until(
            'the cache has the position of the token',
            async () => (await read({ ...somethingElse, consistency })).hit !== null,
          ),
      }
    }),
  )
  const [first, ...others] = opened
  return {
    plants,
    people,
    get gateway() {
      if (!first) throw new RangeError('This scenario has no gateway.')
      return first
    },
    others,
    readUncached: (reading) => ask(system.gatewayUrl, reading),
    redis: redisOf(redis),
  }
}

const portOf = (url: string) => Number(new URL(url).port)

async function ask(
  url: string,
  { page, key, personal = false, viewer, consistency }: Reading,
): Promise<Shown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(viewer !== undefined && { authorization: `Bearer ${viewer}` }),
      ...(consistency !== undefined && { [CONSISTENCY_HEADER]: consistency }),
    },
    body: JSON.stringify({ query: queryOf(page, personal), variables: { key } }),
  })
  return { text: await response.text(), hit: hitOf(response) }
}
