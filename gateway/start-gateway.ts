import { fastifyApolloHandler } from '@as-integrations/fastify'
import type { GraphQLSchema } from 'graphql'
import { healthRoutes, type Dependencies } from '../platform/http/health.ts'
import { createHttpServer, listen, type RunningServer } from '../platform/http/server.ts'
import type { Log } from '../platform/log.ts'
import type { Authentication } from './auth/authenticate.ts'
import { createExecution } from './execution/create-execution.ts'
import { refuseMalformedAddress } from './http/address.ts'
import { createApolloServer } from './http/apollo-server.ts'
import { corsRoutes } from './http/cors.ts'
import { jsonErrors } from './http/errors.ts'
import { explorerPages, type Explorer } from './http/pages.ts'
import { contextOf } from './http/request-context.ts'
import { operationChecker } from './limits/check-operation.ts'
import { DEFAULT_LIMITS, type Limits } from './limits/limits.ts'
import { exchanges } from './sources.ts'
import type { Signing } from './subgraph-client/headers.ts'
import type { ResilienceOptions } from './subgraph-client/resilience.ts'
import type { SubgraphTarget } from './subgraph-client/target.ts'
import type { Transport } from './subgraph-client/transport.ts'

export type GatewayOptions = {
  host: string
  /** 0: any free one. */
  port: number
  supergraphSdl: string
  /** Where each subgraph of the supergraph is, by its name. */
  targets: ReadonlyMap<string, SubgraphTarget>
  /** Serve the subgraph `node` of our own supergraph from within. */
  nodeSubgraph: boolean
  transport: Transport
  /** How to sign for internal subgraphs; null where there are none. */
  signing: Signing | null
  /** Longest wait for one answer of a subgraph, per attempt, in milliseconds. */
  timeoutMs: number
  resilience?: ResilienceOptions
  limits?: Partial<Limits>
  authentication: Authentication
  corsOrigins: readonly string[]
  /** Answer introspection. */
  introspection: boolean
  /** Serve the explorers' pages, starting with this operation; null: no pages. */
  explorer: Explorer | null
  /** What `/readyz` tells of besides; a gateway without it still serves what does not need it. */
  reported: Dependencies
  log: Log
}

/** Serves a supergraph. Disposing waits for the requests in flight; the transport remains the caller's. */
export async function startGateway(options: GatewayOptions): Promise<RunningServer> {
  const { log, authentication, explorer } = options
  const execution = createExecution({
    supergraphSdl: options.supergraphSdl,
    exchangeFor: exchanges(options),
    showPlans: options.introspection,
    log,
  })
  let schema: GraphQLSchema | null = null
  execution.onSchemaLoadOrUpdate(({ apiSchema }) => (schema = apiSchema))
  const apollo = createApolloServer({ execution, introspection: options.introspection, log })
  await apollo.start()

  const checkOperation = operationChecker(() => loaded(schema), { ...DEFAULT_LIMITS, ...options.limits })
  const app = createHttpServer(log)
  const pages = explorer ? { '/': ['GET'], '/graphiql': ['GET'] } : {}
  jsonErrors(app, { '/graphql': ['GET', 'POST'], '/healthz': ['GET'], '/readyz': ['GET'], ...pages })
  await corsRoutes(app, { origins: options.corsOrigins, privateNetwork: explorer !== null })
  healthRoutes(app, authentication.dependencies, { ...options.reported, ...authentication.reported })
  const context = contextOf({ authentication, checkOperation, log })
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    onRequest: refuseMalformedAddress,
    handler: fastifyApolloHandler(apollo, { context }),
  })
  if (explorer) await explorerPages(app, explorer)
  const server = await listen(app, options.host, options.port)
  return {
    url: server.url,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await apollo.stop()
    },
  }
}

function loaded(schema: GraphQLSchema | null): GraphQLSchema {
  if (!schema) throw new Error('the schema is asked for before it is loaded')
  return schema
}
