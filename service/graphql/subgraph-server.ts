import { buildSubgraphSchema } from '@apollo/subgraph'
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/resolvers.js'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { parse } from 'graphql'
import { z } from 'zod'
import { CONSISTENCY_HEADER } from '../../contracts/consistency.ts'
import { FACETS_HEADER } from '../../contracts/facets.ts'
import { createCancellation } from '../../platform/cancellation.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Config } from '../../platform/config/read-config.ts'
import { healthRoutes, type Dependencies, type Reports } from '../../platform/http/health.ts'
import { internalRoutes, type InternalRoute } from '../../platform/http/internal-route.ts'
import type { JsonPost, PostedJson } from '../../platform/http/json-post-server/connection.ts'
import type { PostResponse } from '../../platform/http/json-post-server/write-response.ts'
import { replyWith, serveJsonPosts } from '../../platform/http/json-post-server/serve.ts'
import { createHttpServer, listen, type RunningServer } from '../../platform/http/server.ts'
import { transportErrors } from '../../platform/http/transport-errors.ts'
import { INTERNAL_HEADER, internalVerifier } from '../../platform/internal-auth.ts'
import type { Log } from '../../platform/log.ts'
import { RequestMetrics, type HandledRequest } from '../metrics/request-metrics.ts'
import { metricsRoute, type Metrics } from '../../platform/metrics/metrics-route.ts'
import { toClientError } from '../../platform/graphql/errors.ts'
import { createExecutor } from '../../platform/graphql/executor.ts'
import {
  createRequestBase,
  eventHeadersOf,
  readRequestToken,
  type RequestBase,
  type RequestDatabases,
} from './request-base.ts'
import { reportFacets, type FacetTable } from './report-facets.ts'
import { DateTime } from './scalars.ts'

/** SDL that all subgraphs share, for example PageInfo and UserError. */
const commonSchemaFile = join(import.meta.dirname, '../../contracts/graphql/common.graphql')

/** Maximum request body. The gateway sends the keys of all entities of a page, so it may send more than a client. Bytes. */
const BODY_LIMIT = 16 * 1_048_576

const JSON_TYPE = ['content-type', 'application/json; charset=utf-8']

export type { RequestBase } from './request-base.ts'

export type SubgraphOptions<Context extends object> = {
  name: string
  /** Path of the service's own SDL. */
  schemaFile: string
  resolvers: Record<string, unknown>
  /** @default no response is cached */
  facetTable?: FacetTable
  config: Config<'HOST' | 'PORT' | 'INTERNAL_SECRET' | 'SOCKET_SERVER'>
  log: Log
  clock: Clock
  databases: RequestDatabases
  createContext: (base: RequestBase) => Context
  /** Routes that do not require a signature of the gateway. */
  publicRoutes?: (app: FastifyInstance) => void
  /** Routes for our own services. */
  internalRoutes?: readonly InternalRoute[]
  /** Dependencies that must be ready for the service to be ready. */
  needed?: Dependencies
  /** Shown by `/readyz` with their state. They do not affect readiness. */
  reported?: Reports
  metrics: Metrics
  /** @default a new instance */
  requestMetrics?: RequestMetrics
}

const Params = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
})

/**
 * Serves one subgraph: `POST /graphql` for requests signed by the gateway, `/healthz` and `/readyz` without a signature. The
 * header `Server-Timing` of a response contains the number of SQL statements of its reads, including shared ones.
 */
export async function serveSubgraph<Context extends object>(
  options: SubgraphOptions<Context>,
): Promise<RunningServer> {
  const { name, config, log, databases, requestMetrics = new RequestMetrics() } = options
  const schema = buildSchema(options.schemaFile, options.resolvers)
  const attachReport = options.facetTable && reportFacets(schema, options.facetTable)
  const run = createExecutor(schema)
  const verify = internalVerifier(config.INTERNAL_SECRET, name)
  const app = createHttpServer(log, { bodyLimit: BODY_LIMIT })
  transportErrors(app)
  healthRoutes(app, options.needed ?? {}, options.reported)
  metricsRoute(app, options.metrics)
  options.publicRoutes?.(app)
  internalRoutes(app, options.internalRoutes ?? [], (header) => verify(header, options.clock()))

  async function respond({ headers, body, id }: PostedJson, handled: HandledRequest): Promise<PostResponse> {
    const verified = verify(headerOf(headers), options.clock())
    if (!verified.ok) return refusal(handled, 401, 'UNAUTHENTICATED', unsignedMessage(name, verified.reason))
    const params = Params.safeParse(body)
    if (!params.success) return refusal(handled, 400, 'BAD_USER_INPUT', z.prettifyError(params.error))
    const token = readRequestToken(headers)
    if (!token) return refusal(handled, 400, 'BAD_USER_INPUT', malformedTokenMessage(headers))
    const eventHeaders = eventHeadersOf(headers)
    const request = createRequestBase({ viewer: verified.viewer, token, eventHeaders }, databases)
    handled.operationType = run.operationType(params.data)
    handled.executed = handled.operationType !== null
    const context = options.createContext(request.base)
    const report = attachReport && FACETS_HEADER in headers ? attachReport(context) : null
    const result = await run(params.data, context)
    const errors = result.errors?.map((error) => toClientError(error, id, log))
    for (const { extensions: of } of errors ?? []) handled.errorCodes.push(of?.['code'])
    const extensions = report ? { ...request.extensions(), facets: report.facets() } : request.extensions()
    return {
      status: 200,
      headers: [...JSON_TYPE, 'server-timing', `sql;desc="${request.statements()} statements"`],
      text: JSON.stringify({
        ...(errors && { errors }),
        ...(result.data !== undefined && { data: result.data }),
        ...(extensions && { extensions }),
      }),
    }
  }

  const post: JsonPost = {
    path: '/graphql',
    bodyLimit: BODY_LIMIT,
    accepts: () => true,
    respond: (posted) =>
      requestMetrics.count((handled) =>
        respond(posted, handled).catch((error: unknown) => {
          log.error({ err: error, requestId: posted.id }, 'unexpected error')
          const message = 'Something went wrong on our side.'
          return refusal(handled, 500, 'INTERNAL_SERVER_ERROR', message, posted.id)
        }),
      ),
  }
  if (config.SOCKET_SERVER === 'on') serveJsonPosts(app, post)
  app.post(post.path, async ({ headers, body, id }, reply) =>
    replyWith(reply, await post.respond({ headers, body, id }, createCancellation())),
  )
  return listen(app, config.HOST, config.PORT)
}

function buildSchema(schemaFile: string, resolvers: Record<string, unknown>) {
  const typeDefs = parse([commonSchemaFile, schemaFile].map((file) => readFileSync(file, 'utf8')).join('\n'))
  return buildSubgraphSchema([{ typeDefs, resolvers: { DateTime, ...resolvers } as GraphQLResolverMap }])
}

function headerOf(headers: IncomingHttpHeaders): string | undefined {
  const value = headers[INTERNAL_HEADER]
  return Array.isArray(value) ? value[0] : value
}

function unsignedMessage(name: string, reason: string): string {
  return `The ${name} subgraph accepts only requests from the gateway: ${reason}. Send the query to the gateway instead.`
}

function malformedTokenMessage(headers: IncomingHttpHeaders): string {
  const given = String(headers[CONSISTENCY_HEADER]).slice(0, 200)
  return `The header ${CONSISTENCY_HEADER} must be JSON [[database, epoch, [xid, …] or null], …], not ${given}`
}

function refusal(
  handled: HandledRequest,
  status: number,
  code: string,
  message: string,
  requestId?: string,
): PostResponse {
  handled.errorCodes.push(code)
  const extensions = { code, ...(requestId !== undefined && { requestId }) }
  return { status, headers: JSON_TYPE, text: JSON.stringify({ errors: [{ message, extensions }] }) }
}
