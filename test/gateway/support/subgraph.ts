import { buildSubgraphSchema } from '@apollo/subgraph'
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/resolvers.js'
import { fastify, type FastifyInstance, type FastifyReply } from 'fastify'
import { parse } from 'graphql'
import type { IncomingHttpHeaders } from 'node:http'
import { createExecutor, type GraphQLParams } from '../../../platform/graphql/executor.ts'

export type SubgraphDefinition = { name: string; sdl: string; resolvers: Record<string, unknown> }
export type Recorded = { query: string; headers: IncomingHttpHeaders }

/** A real federated subgraph over HTTP. It records its requests, and a test can make it misbehave. */
export type TestSubgraph = AsyncDisposable & {
  url: string
  definition: SubgraphDefinition
  requests: Recorded[]
  /** If set, it responds instead of the schema. */
  misbehave: ((reply: FastifyReply) => unknown) | null
  /** If set, it returns the `extensions` of the response to a request. */
  extensions: ((request: Recorded) => object | null) | null
  app: FastifyInstance
}

export const FEDERATION =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@shareable", "@requires", "@inaccessible", "@override", "@tag"])\n'

export async function startSubgraph(
  definition: SubgraphDefinition,
  routes: (app: FastifyInstance) => void = () => {},
  port = 0,
): Promise<TestSubgraph> {
  const typeDefs = parse(FEDERATION + definition.sdl)
  const run = createExecutor(
    buildSubgraphSchema([{ typeDefs, resolvers: definition.resolvers as GraphQLResolverMap }]),
  )
  const app = fastify({ forceCloseConnections: true })
  routes(app)
  app.get('/readyz', () => ({ status: 'ready' }))
  app.post<{ Body: GraphQLParams }>('/graphql', async (request, reply) => {
    const recorded = { query: request.body.query, headers: request.headers }
    subgraph.requests.push(recorded)
    if (subgraph.misbehave) return subgraph.misbehave(reply)
    const result = await run(request.body, { headers: request.headers })
    const extensions = subgraph.extensions?.(recorded)
    return extensions ? { ...result, extensions } : result
  })
  const url = `${await app.listen({ host: '127.0.0.1', port })}/graphql`
  const subgraph: TestSubgraph = {
    url,
    definition,
    requests: [],
    misbehave: null,
    extensions: null,
    app,
    [Symbol.asyncDispose]: async () => {
      await app.close()
    },
  }
  return subgraph
}
