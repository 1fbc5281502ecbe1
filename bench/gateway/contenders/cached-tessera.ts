import { randomBytes } from 'node:crypto'
import { NO_AUTHENTICATION } from '../../../gateway/auth/authenticate.ts'
import { openCache } from '../../../gateway/cache/open-cache.ts'
import { openPersistedQueries } from '../../../gateway/persisted-queries/open.ts'
import { startGateway } from '../../../gateway/start-gateway.ts'
import { createTransport } from '../../../gateway/subgraph-client/create-transport.ts'
import { internalGet } from '../../../gateway/subgraph-client/get-internal.ts'
import type { SubgraphTarget } from '../../../gateway/subgraph-client/target.ts'
import { readSupergraph } from '../../../gateway/supergraph/read-supergraph.ts'
import { DEFAULT_SWITCHES } from '../../../gateway/switches.ts'
import { createDoorkeeper, createMemoryCache } from '../../../patterns/cache-aside/index.ts'
import { systemClock } from '../../../platform/clock.ts'
import { createLog } from '../../../platform/log.ts'
import { connectRedis } from '../../../platform/redis/connect.ts'
import { contend } from '../../support/contender-process.ts'
import type { ContenderSettings } from '../../support/contender-settings.ts'

export type CachedSettings = Pick<ContenderSettings, 'supergraph'> & {
  /**
   * - `memory`: only the level in memory
   * - `redis`: nothing fits into memory, so every request reads Redis
   * - `new`: only the level in memory, which is full, and every key is new to it. So every request is looked up and executed
   */
  level: 'memory' | 'redis' | 'new'
  redisUrl: string | null
}

const memories = {
  memory: undefined,
  redis: createMemoryCache<string>({ maxBytes: 1, clock: () => performance.now() }),
  // Full after the first requests, and it stays full: no entry takes a tenth of it. So it has the responses for one or two in a hundred.
  new: createMemoryCache<string>({
    maxBytes: 200_000,
    maxEntryBytes: 20_000,
    clock: () => performance.now(),
  }),
}

/**
 * Our gateway with its cache on. The subgraphs are internal, as those of Tessera: requests are signed, and no header of the client
 * is passed on. Each has one database and a change log of its own.
 */
await contend(async ({ supergraph: sdl, level, redisUrl }: CachedSettings) => {
  const log = createLog('gateway', { LOG_LEVEL: 'warn' })
  const { subgraphs } = await readSupergraph(sdl, 'the supergraph of the benchmark')
  const urls = [...subgraphs].map(([name, url]) => [name, url ?? ''] as const)
  const transport = createTransport(DEFAULT_SWITCHES.subgraphHttpClient)
  const aside = createTransport(DEFAULT_SWITCHES.subgraphHttpClient)
  const secret = randomBytes(32).toString('base64url')
  const writes = { ended: 0 }
  const memory = memories[level]
  const connect = (url: string) => connectRedis(url, () => {})
  const cache = openCache({
    subgraphs: new Map(urls.map(([name, url]) => [name, { url, databases: [name], follows: [] }])),
    get: internalGet({ transport: aside, secret, clock: systemClock, timeoutMs: 5_000 }),
    transportOf: () => null,
    redis: redisUrl === null ? null : connect(redisUrl),
    ...(memory && { memory }),
    // With one slot, it knows only the last key.
    ...(level === 'new' && { doorkeeper: createDoorkeeper(1) }),
    writes,
    log,
  })
  const server = await startGateway({
    host: '127.0.0.1',
    port: 0,
    supergraphSdl: sdl,
    targets: new Map(urls.map(([name, url]): [string, SubgraphTarget] => [name, { kind: 'internal', url }])),
    nodeSubgraph: false,
    transport,
    signing: { secret, clock: systemClock },
    cache,
    writes,
    timeoutMs: 5_000,
    switches: DEFAULT_SWITCHES,
    authentication: NO_AUTHENTICATION,
    cors: { origins: [], loopback: false, setting: '`corsOrigins`', headers: [] },
    introspection: false,
    explorer: null,
    reported: {},
    persistedQueries: openPersistedQueries(undefined, log).store,
    log,
  })
  return Number(new URL(server.url).port)
})
