import { healthRoutes, type Dependencies } from '../platform/http/health.ts'
import { createHttpServer, listen, type RunningServer } from '../platform/http/server.ts'
import type { Log } from '../platform/log.ts'
import type { Authentication } from './auth/authenticate.ts'
import { clientTokens } from './consistency-token/client-tokens.ts'
import type { OpenCache } from './cache/open-cache.ts'
import { createAdmission } from './execution/admission.ts'
import type { OverrideLabels } from './execution/override-labels.ts'
import { openSupergraphManager, type SupergraphManager } from './supergraph/supergraph-manager.ts'
import type { LoadedSupergraph } from './supergraph/load-supergraph.ts'
import { createApolloPath } from './http/apollo-path.ts'
import { createApolloServer } from './http/apollo-server.ts'
import { corsRoutes, type CorsOptions } from './http/cors.ts'
import { jsonErrors } from './http/errors.ts'
import { allowedOrigins, type OriginOptions } from './http/origins.ts'
import type { Explorer } from './http/default-query.ts'
import { explorerPages } from './http/pages.ts'
import { observeRoutes } from './http/observe-requests.ts'
import { GatewayMetrics } from './metrics/gateway-metrics.ts'
import { NO_OBSERVABILITY, type Observability } from './metrics/observability.ts'
import { registerMetrics } from './metrics/register-metrics.ts'
import { serveMetrics } from './metrics/serve-metrics.ts'
import { graphqlRoute } from './http/graphql-route.ts'
import { createFastPath } from './http/fast-path/fast-path.ts'
import { contextOf } from './http/request-context.ts'
import { DEFAULT_LIMITS, type Limits } from './limits/limits.ts'
import type { PersistedQueries } from './persisted-queries/store.ts'
import type { UsageRecording } from './usage/open-usage-recording.ts'
import type { Writes } from './subgraph-client/coalesce.ts'
import type { Signing } from './subgraph-client/headers.ts'
import { APOLLO_DIFFERENCES, type Switches } from './switches.ts'
import type { ResilienceOptions } from './subgraph-client/resilience.ts'
import type { SubgraphTarget } from './subgraph-client/target.ts'
import type { Transport } from './subgraph-client/transport.ts'

export type GatewayOptions = {
  host: string
  /** 0 stands for any free port. */
  port: number
  supergraphSdl: string
  /** The targets of the supergraph's subgraphs, by name. */
  targets: ReadonlyMap<string, SubgraphTarget>
  /** Execute Tessera's `node` subgraph in this process. */
  nodeSubgraph: boolean
  transport: Transport
  /** Signs requests to internal subgraphs. Null if there are none. */
  signing: Signing | null
  /** Timeout for one response of a subgraph, per attempt, in milliseconds. */
  timeoutMs: number
  resilience?: ResilienceOptions
  limits?: Partial<Limits>
  /** @default responses are not cached */
  cache?: Pick<OpenCache, 'responses' | 'fetches' | 'figures'> | null
  /** Shared with the cache. @default its own */
  writes?: Writes
  authentication: Authentication
  /** Which pages may use the API from a browser. */
  cors: OriginOptions & Pick<CorsOptions, 'setting' | 'headers'>
  /** Which labels of @override are on. @default none, except for percentages */
  overrideLabels?: OverrideLabels
  /** Allow introspection. */
  introspection: boolean
  /** The content of the explorers. Null if they are not served. */
  explorer: Explorer | null
  switches: Switches
  /** Null if persisted queries are off. */
  persistedQueries: PersistedQueries | null
  /** @default the use of operations is not recorded */
  usage?: UsageRecording | null
  /** Reported in `/readyz`, but not needed to be ready. */
  reported: Dependencies
  /** @default no metrics, no access log */
  observability?: Observability
  log: Log
}

/** A running gateway, whose supergraph can be replaced. */
export type RunningGateway = RunningServer &
  Pick<SupergraphManager, 'replace'> & {
    /** The URL of the metrics. Null if they are not served. */
    metricsUrl: string | null
  }

/** Serves a supergraph. Disposing waits for requests in flight. The caller disposes the transport. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { log, authentication, explorer, introspection, switches } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const { observability = NO_OBSERVABILITY } = options
  const metrics = new GatewayMetrics()
  const admission = createAdmission()
  if (switches.engine === 'apollo') log.warn(APOLLO_DIFFERENCES)
  await using stack = new AsyncDisposableStack()
  const supergraphs = stack.use(
    await openSupergraphManager(options, {
      ...options,
      engine: switches.engine,
      requestSharing: switches.requestSharing,
      onShare: () => metrics.sharedRequests++,
      limits,
      responseCache: options.cache?.responses ?? null,
      fetchCache: options.cache?.fetches ?? null,
      writes: options.writes ?? { ended: 0 },
      usage: options.usage?.recorder ?? null,
      admission,
      planningMetrics: metrics.planning,
      subgraphsMetrics: metrics.subgraphs,
    }),
  )
  const tokens = options.signing && clientTokens(options.signing.secret)
  const apollo = createApolloServer({ supergraphs, introspection, tokens, log })
  await apollo.start()
  stack.defer(() => apollo.stop())

  const app = createHttpServer(log)
  const observer = { metrics, accessLog: observability.accessLog ? log : null }
  observeRoutes(app, observer)
  const pages = explorer ? { '/': ['GET'], '/graphiql': ['GET'] } : {}
  jsonErrors(app, { '/graphql': ['GET', 'POST'], '/healthz': ['GET'], '/readyz': ['GET'], ...pages })
  const { setting, headers } = options.cors
  const origins = allowedOrigins(options.cors)
  await corsRoutes(app, { origins, setting, headers, privateNetwork: explorer !== null, log })
  healthRoutes(app, authentication.dependencies, { ...options.reported, ...authentication.reported })
  const context = contextOf({ authentication, tokens, supergraphs, log })
  const fastPath = switches.fastPath ? createFastPath({ supergraphs, authentication, tokens, log }) : null
  const full = createApolloPath(apollo, context, log)
  const handlers = { fastPath, full, origins, setting, pages: explorer !== null }
  const persisted = {
    store: options.persistedQueries,
    isValid: (text: string) => isValid(supergraphs.current, text),
  }
  graphqlRoute(app, handlers, switches.socketServer, persisted, observer)
  if (explorer) await explorerPages(app, explorer)
  const server = stack.use(await listen(app, options.host, options.port))
  const sources = {
    admission: admission.state,
    planCache: () => supergraphs.current.operations.size(),
    pools: () => options.transport.pools?.() ?? [],
    cache: options.cache?.figures ?? null,
    usage: options.usage?.figures ?? null,
  }
  const served =
    observability.metrics &&
    stack.use(await serveMetrics(registerMetrics(metrics, sources), observability.metrics, log))
  const held = stack.move()
  return {
    url: server.url,
    metricsUrl: served && `${served.url}/metrics`,
    async replace(source) {
      try {
        await supergraphs.replace(source)
        metrics.reloads.add('success')
      } catch (error) {
        metrics.reloads.add('failure')
        throw error
      }
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

/** Whether the query is valid. Executed queries are known to be, and others are rare. */
function isValid({ operations, checkOperation, parseValid }: LoadedSupergraph, query: string): boolean {
  return (
    operations.documentOf(query) !== undefined ||
    (checkOperation({ query }) === null && parseValid(query) !== null)
  )
}
