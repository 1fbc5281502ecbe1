import { randomBytes } from 'node:crypto'
import { createResponseCache } from '../../../gateway/cache/response-cache.ts'
import { NO_AUTHENTICATION } from '../../../gateway/auth/authenticate.ts'
import { openPersistedQueries } from '../../../gateway/persisted-queries/open.ts'
import { startGateway } from '../../../gateway/start-gateway.ts'
import { createTransport } from '../../../gateway/subgraph-client/create-transport.ts'
import type { Transport } from '../../../gateway/subgraph-client/transport.ts'
import type { SubgraphTarget } from '../../../gateway/subgraph-client/target.ts'
import { readSupergraph } from '../../../gateway/supergraph/read-supergraph.ts'
import { DEFAULT_SWITCHES } from '../../../gateway/switches.ts'
import { createMemoryCache, followLogs, type CacheLog } from '../../../patterns/cache-aside/index.ts'
import { feedReader, getEnd, logUrls, type Get } from '../../../patterns/change-log/index.ts'
import { systemClock } from '../../../platform/clock.ts'
import { createLog } from '../../../platform/log.ts'
import { contend } from '../../support/contender-process.ts'
import type { ContenderSettings } from '../../support/contender-settings.ts'

export type CachedSettings = Pick<ContenderSettings, 'supergraph'> & {
  /** Every entry has expired when it is read: each request is looked for, not found, executed and stored. */
  expired: boolean
}

/** Memory of the cached responses, as in Tessera's own gateway. Bytes. */
const MAX_BYTES = 64 * 1_048_576
/** Monotonic, in milliseconds. */
const clock = () => performance.now()

/**
 * Our gateway with its cache on. The subgraphs are internal, as those of Tessera: requests are signed, and no header of the client
 * is passed on. Each has one database and a change log of its own.
 */
await contend(async ({ supergraph: sdl, expired }: CachedSettings) => {
  const log = createLog('gateway', { LOG_LEVEL: 'warn' })
  const supergraph = await readSupergraph(sdl, 'the supergraph of the benchmark')
  const subgraphs = [...supergraph.subgraphs].map(([name, url]) => ({ name, url: url ?? '' }))
  const memory = createMemoryCache<string>({
    maxBytes: MAX_BYTES,
    clock: expired ? () => Number.POSITIVE_INFINITY : clock,
  })
  const aside = createTransport(DEFAULT_SWITCHES.subgraphHttpClient)
  const follower = followLogs({
    logs: new Map(subgraphs.map(({ name, url }) => [name, logOf(url, name, aside)])),
    memory,
    redis: null,
    report: (level, message) => log[level](message),
    clock,
  })
  const responseCache = createResponseCache({
    memory,
    databaseNow: follower.databaseNow,
    copies: new Map(),
    databasesOf: (subgraph) => [subgraph],
    clock,
    random: () => 0.5,
  })
  const server = await startGateway({
    host: '127.0.0.1',
    port: 0,
    supergraphSdl: sdl,
    targets: new Map(
      subgraphs.map(({ name, url }): [string, SubgraphTarget] => [name, { kind: 'internal', url }]),
    ),
    nodeSubgraph: false,
    transport: createTransport(DEFAULT_SWITCHES.subgraphHttpClient),
    signing: { secret: randomBytes(32).toString('base64url'), clock: systemClock, reportFacets: true },
    responseCache,
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

function logOf(subgraphUrl: string, database: string, transport: Transport): CacheLog {
  const { feed, end } = logUrls(subgraphUrl, database)
  const get: Get = async (url) => {
    const { text } = await transport.send({ url, method: 'GET', headers: {}, timeoutMs: 10_000 })
    return text
  }
  return { feed: feedReader(feed, get), transport: null, end: (stop) => getEnd(end, get, stop) }
}
