import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { forServices, subgraphVariable } from '../../contracts/topology.ts'
import type { Clock } from '../../platform/clock.ts'
import type { RunningServer } from '../../platform/http/server.ts'
import type { Log } from '../../platform/log.ts'
import { EXPLORER_TABS } from '../http/default-query.ts'
import { openPersistedQueries } from '../persisted-queries/open.ts'
import { observabilityOf } from '../metrics/observability.ts'
import { startGateway, type RunningGateway } from '../start-gateway.ts'
import { switchesOf } from '../switches.ts'
import { externalAuthentication, ownAuthentication } from './authentication.ts'
import { startCache } from './cache.ts'
import type { GatewayConfig } from './config.ts'
import { openUsageRecording } from '../usage/open-usage-recording.ts'
import { readiness } from './readiness.ts'
import { createTransport } from '../subgraph-client/create-transport.ts'
import type { ResilienceOptions } from '../subgraph-client/resilience.ts'
import type { SubgraphTarget } from '../subgraph-client/target.ts'

export type TesseraGatewayOptions = {
  config: GatewayConfig
  log: Log
  clock: Clock
  /** @default the committed `schema/supergraph.graphql` */
  supergraphSdl?: string
  resilience?: ResilienceOptions
}

export type TesseraGateway = RunningServer & Pick<RunningGateway, 'metricsUrl'>

/** Starts the gateway of Tessera's own supergraph and subgraphs. */
export async function startTesseraGateway(options: TesseraGatewayOptions): Promise<TesseraGateway> {
  const { config, log, clock } = options
  const production = config.NODE_ENV === 'production'
  const urls = forServices((service) => config[subgraphVariable(service)])
  await using opened = new AsyncDisposableStack()
  const switches = switchesOf(config)
  const transport = opened.use(createTransport(switches.subgraphHttpClient))
  // Other requests than fetches use separate connections. A connection that has carried a GET stays slower afterwards (ADR 0011).
  const aside = opened.use(createTransport(switches.subgraphHttpClient))
  const writes = { ended: 0 }
  const cache = await startCache(urls, { config, clock, log, transport: aside, writes }, opened)
  const authentication = config.JWKS_URL
    ? externalAuthentication(config.JWKS_URL, config, clock)
    : await ownAuthentication(urls.users, options, opened)
  const persisted = opened.use(openPersistedQueries(config.REDIS_URL, log))
  const { REDIS_URL: redisUrl } = config
  const usage = openUsageRecording({ redisUrl, on: switches.usageRecording, clock, log })
  opened.use(usage)
  const server = opened.use(
    await startGateway({
      host: config.HOST,
      port: config.PORT,
      supergraphSdl: options.supergraphSdl ?? (await readFile(SUPERGRAPH, 'utf8')),
      targets: new Map(
        Object.entries(urls).map(([name, url]): [string, SubgraphTarget] => [
          name,
          { kind: 'internal', url },
        ]),
      ),
      nodeSubgraph: true,
      transport,
      signing: { secret: config.INTERNAL_SECRET, clock },
      writes,
      cache,
      timeoutMs: config.SUBGRAPH_TIMEOUT_MS,
      ...(options.resilience && { resilience: options.resilience }),
      switches,
      authentication,
      cors: {
        origins: config.CORS_ORIGINS,
        loopback: !production,
        setting: 'CORS_ORIGINS',
        headers: [],
      },
      introspection: !production,
      explorer: production ? null : { tabs: EXPLORER_TABS, signIn: true },
      reported: { ...readiness(urls, aside), ...persisted.reported, ...(cache && { cache: cache.current }) },
      persistedQueries: persisted.store,
      usage,
      observability: observabilityOf(config),
      log,
    }),
  )
  const held = opened.move()
  return { url: server.url, metricsUrl: server.metricsUrl, [Symbol.asyncDispose]: () => held.disposeAsync() }
}

const SUPERGRAPH = join(import.meta.dirname, '../../schema/supergraph.graphql')
