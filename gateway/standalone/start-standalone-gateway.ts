import type { Clock } from '../../platform/clock.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import type { RunningServer } from '../../platform/http/server.ts'
import type { Log } from '../../platform/log.ts'
import { bearerAuthentication, NO_AUTHENTICATION, type Authentication } from '../auth/authenticate.ts'
import { issuersVerifier } from '../auth/verify-token.ts'
import { remoteKeys } from '../auth/keys.ts'
import { externalViewer } from '../auth/viewers.ts'
import { openPersistedQueries } from '../persisted-queries/open.ts'
import type { Observability } from '../metrics/observability.ts'
import { startGateway, type RunningGateway } from '../start-gateway.ts'
import { DEFAULT_SWITCHES, type Switches } from '../switches.ts'
import { readEndpoint } from '../subgraph-client/endpoint.ts'
import { createTransport } from '../subgraph-client/create-transport.ts'
import type { SubgraphTarget } from '../subgraph-client/target.ts'
import type { ResilienceOptions } from '../subgraph-client/resilience.ts'
import type { Supergraph } from '../supergraph/read-supergraph.ts'
import { openUsageRecording } from '../usage/open-usage-recording.ts'
import { requireKnownSubgraphs, type StandaloneConfig } from './config.ts'

export type StandaloneGatewayOptions = {
  supergraph: Supergraph
  config: StandaloneConfig
  /** The name of the config file, for messages. @default "the config" */
  configName?: string
  host: string
  port: number
  log: Log
  clock: Clock
  resilience?: ResilienceOptions
  /** Allow pages of this machine, for the dev servers of frontends. @default false */
  development?: boolean
  /** URL of the Redis for persisted queries and the usage recording. Undefined: only the former are kept, in memory. */
  redisUrl?: string | undefined
  /** Defaults for the config. @default all on */
  switches?: Switches
  /** @default no metrics, no access log */
  observability?: Observability
}

export type StandaloneGateway = RunningServer &
  Pick<RunningGateway, 'metricsUrl'> & {
    /**
     * Replaces the supergraph and keeps the config. Requests in flight end with the supergraph with which they began.
     *
     * @throws UserFacingError if it cannot be served, or lacks a subgraph that the config names. The current one stays.
     */
    reload(supergraph: Supergraph): Promise<void>
  }

/** Starts a gateway for any supergraph. All its subgraphs are external, so none of them gets the viewer. */
export async function startStandaloneGateway(options: StandaloneGatewayOptions): Promise<StandaloneGateway> {
  const { supergraph, config, host, port, log, clock, development = false } = options
  const graphOf = (next: Supergraph) => ({ supergraphSdl: next.sdl, targets: targetsOf(next, config) })
  const first = graphOf(supergraph)
  await using opened = new AsyncDisposableStack()
  const switches = switchesIn(config, options.switches)
  const transport = opened.use(createTransport(switches.subgraphHttpClient))
  const persisted =
    config.persistedQueries === false
      ? null
      : opened.use(openPersistedQueries(options.redisUrl, log, config.persistedQueries))
  const { redisUrl } = options
  const usage = openUsageRecording({ redisUrl, on: switches.usageRecording, clock, log })
  opened.use(usage)
  const server = opened.use(
    await startGateway({
      host,
      port,
      ...first,
      nodeSubgraph: false,
      transport,
      signing: null,
      timeoutMs: config.timeoutMs,
      ...(options.resilience && { resilience: options.resilience }),
      switches,
      limits: given(config.limits),
      authentication: authenticationOf(config, clock),
      cors: {
        origins: config.corsOrigins,
        loopback: development,
        setting: '`corsOrigins`',
        headers: propagated(config),
      },
      introspection: config.introspection,
      overrideLabels: config.overrideLabels,
      explorer: config.introspection
        ? { tabs: [{ query: '{ __typename }', variables: {} }], signIn: false }
        : null,
      reported: persisted?.reported ?? {},
      persistedQueries: persisted?.store ?? null,
      usage,
      ...(options.observability && { observability: options.observability }),
      log,
    }),
  )
  const held = opened.move()
  return {
    url: server.url,
    metricsUrl: server.metricsUrl,
    async reload(next) {
      requireKnownSubgraphs(config, options.configName ?? 'the config', [...next.subgraphs.keys()])
      await server.replace(graphOf(next))
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

function targetsOf(
  { subgraphs }: Supergraph,
  { routing, headers, pipelining, batching, compression, errors }: StandaloneConfig,
): Map<string, SubgraphTarget> {
  const lost: string[] = []
  const targets = [...subgraphs].map(([name, own]): [string, SubgraphTarget] => {
    const url = routing[name] ?? own
    if (!isAddress(url)) lost.push(`${name} (${JSON.stringify(url)})`)
    const more = headers.subgraphs[name] ?? { propagate: [], insert: {} }
    const propagate = [...headers.propagate, ...more.propagate]
    return [
      name,
      {
        kind: 'external',
        url,
        headers: { propagate, insert: { ...headers.insert, ...more.insert } },
        pipelining: pipelining.includes(name),
        batching: batching.includes(name),
        includeErrors: Array.isArray(errors.include) ? errors.include.includes(name) : errors.include,
        compression: compression === true || compression.includes(name),
      },
    ]
  })
  if (lost.length === 0) return new Map(targets)
  throw new UserFacingError(
    `The supergraph has no usable URL for ${lost.join(', ')}. Set one in the config: { "routing": { … } }.`,
  )
}

/** The client's headers that are passed on to any subgraph. */
function propagated({ headers }: StandaloneConfig): string[] {
  return [headers, ...Object.values(headers.subgraphs)].flatMap(({ propagate }) => propagate)
}

function isAddress(url: string): boolean {
  try {
    readEndpoint(url)
    return true
  } catch {
    return false
  }
}

function authenticationOf({ jwt }: StandaloneConfig, clock: Clock): Authentication {
  if (jwt.length === 0) return NO_AUTHENTICATION
  const issuers = jwt.map(({ issuer, jwksUrl, audience, algorithms, leewaySeconds }) => {
    const keys = remoteKeys(jwksUrl)
    return { issuer, audience, algorithms, leewaySeconds, keys, viewerOf: externalViewer }
  })
  const checks = issuers.map(({ issuer, keys }) => [`keys of ${issuer}`, keys.check] as const)
  return bearerAuthentication(issuersVerifier(issuers, clock), () => false, Object.fromEntries(checks))
}

function switchesIn(config: StandaloneConfig, otherwise: Switches = DEFAULT_SWITCHES): Switches {
  return {
    engine: config.engine ?? otherwise.engine,
    fastPath: config.fastPath ?? otherwise.fastPath,
    socketServer: config.socketServer ?? otherwise.socketServer,
    subgraphHttpClient: config.subgraphHttpClient ?? otherwise.subgraphHttpClient,
    requestSharing: config.requestSharing ?? otherwise.requestSharing,
    usageRecording: config.usageRecording ?? otherwise.usageRecording,
  }
}

/** Removes undefined entries, which would hide the defaults. */
function given(limits: StandaloneConfig['limits']) {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined))
}
