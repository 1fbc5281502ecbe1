import { buildSubgraphSchema } from '@apollo/subgraph'
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/resolvers.js'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { parse } from 'graphql'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Config } from '../config/read-config.ts'
import { healthRoutes } from '../http/health.ts'
import { createHttpServer, listen, type RunningServer } from '../http/server.ts'
import { INTERNAL_HEADER, verifyInternal, type Viewer } from '../internal-auth.ts'
import type { Log } from '../log.ts'
import type { Database, Reader } from '../postgres/database.ts'
import { toClientError } from './errors.ts'
import { createExecutor } from './executor.ts'
import { DateTime } from './scalars.ts'

/** The SDL that all subgraphs share: PageInfo, UserError and the like. */
const commonSchemaFile = join(import.meta.dirname, '../../contracts/graphql/common.graphql')

/** The gateway's requests carry the keys of all entities of a page: larger than what a client may send. Bytes. */
const BODY_LIMIT = 16 * 1_048_576

/** What every request of a subgraph starts from. */
export type RequestBase = { viewer: Viewer | null; reader: Reader }

export type SubgraphOptions<Context> = {
  name: string
  /** Path of the service's own SDL. */
  schemaFile: string
  resolvers: Record<string, unknown>
  config: Config<'HOST' | 'PORT' | 'INTERNAL_SECRET'>
  log: Log
  clock: Clock
  database: Database
  createContext: (base: RequestBase) => Context
  /** Routes that need no signature of the gateway. */
  publicRoutes?: (app: FastifyInstance) => void
}

const Params = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
})

/**
 * Serves one subgraph: `POST /graphql` for requests the gateway has signed, `/healthz` and `/readyz` for anybody.
 * Every answer says in `Server-Timing` how many SQL statements its reads took.
 */
export async function startSubgraph<Context>(options: SubgraphOptions<Context>): Promise<RunningServer> {
  const { name, config, log, database } = options
  const run = createExecutor(buildSchema(options.schemaFile, options.resolvers))
  const app = createHttpServer(log, BODY_LIMIT)
  healthRoutes(app, { database: () => database.ping() })
  options.publicRoutes?.(app)

  app.post('/graphql', async (request, reply) => {
    const verified = verifyInternal(config.INTERNAL_SECRET, headerOf(request), name, options.clock())
    if (!verified.ok) return refuse(reply, 401, 'UNAUTHENTICATED', unsignedMessage(name, verified.reason))
    const params = Params.safeParse(request.body)
    if (!params.success) return refuse(reply, 400, 'BAD_USER_INPUT', z.prettifyError(params.error))
    const reader = database.reader()
    const result = await run(params.data, options.createContext({ viewer: verified.viewer, reader }))
    const errors = result.errors?.map((error) => toClientError(error, request.id, log))
    return reply
      .header('server-timing', `sql;desc="${reader.count} statements"`)
      .send({ ...(errors && { errors }), ...(result.data !== undefined && { data: result.data }) })
  })
  return listen(app, config.HOST, config.PORT)
}

function buildSchema(schemaFile: string, resolvers: Record<string, unknown>) {
  const typeDefs = parse([commonSchemaFile, schemaFile].map((file) => readFileSync(file, 'utf8')).join('\n'))
  return buildSubgraphSchema([{ typeDefs, resolvers: { DateTime, ...resolvers } as GraphQLResolverMap }])
}

function headerOf(request: FastifyRequest): string | undefined {
  const value = request.headers[INTERNAL_HEADER]
  return Array.isArray(value) ? value[0] : value
}

function unsignedMessage(name: string, reason: string): string {
  return `The ${name} subgraph answers only the gateway: ${reason}. Send the query to the gateway instead.`
}

function refuse(reply: FastifyReply, status: number, code: string, message: string) {
  return reply.code(status).send({ errors: [{ message, extensions: { code } }] })
}
