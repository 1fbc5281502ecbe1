import { fastify } from 'fastify'
import { parseStandaloneConfig } from '../../../gateway/standalone/config.ts'
import { startStandaloneGateway } from '../../../gateway/standalone/start-standalone-gateway.ts'
import { readSupergraph } from '../../../gateway/supergraph/read-supergraph.ts'
import { compose, quiet } from './gateways.ts'
import { FEDERATION } from './subgraph.ts'

/** A subgraph over HTTP that responds with given texts, and keeps the bodies of its requests. */
export type TextSubgraph = AsyncDisposable & {
  name: string
  url: string
  sdl: string
  /** Bodies of the requests, the newest last. */
  bodies: string[]
  /** The text of the response to a body. */
  reply: (body: string) => string
}

export async function startTextSubgraph(name: string, sdl: string): Promise<TextSubgraph> {
  const app = fastify({ forceCloseConnections: true })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<string>('*', { parseAs: 'string' }, (_request, text, done) => done(null, text))
  app.post<{ Body: string }>('/graphql', (request, reply) => {
    subgraph.bodies.push(request.body)
    return reply.type('application/json').send(subgraph.reply(request.body))
  })
  const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/graphql`
  const subgraph: TextSubgraph = {
    name,
    url,
    sdl: FEDERATION + sdl,
    bodies: [],
    reply: () => '{"data":{}}',
    [Symbol.asyncDispose]: async () => {
      await app.close()
    },
  }
  return subgraph
}

/** Starts a standalone gateway for these subgraphs. */
export async function serveTexts(
  subgraphs: readonly TextSubgraph[],
  config: object = {},
  options: { fastPath?: boolean } = {},
) {
  const supergraph = await readSupergraph(compose(subgraphs), 'supergraph.graphql')
  return startStandaloneGateway({
    supergraph,
    config: parseStandaloneConfig(JSON.stringify(config), 'config.json', [...supergraph.subgraphs.keys()]),
    host: '127.0.0.1',
    port: 0,
    log: quiet,
    clock: () => Date.now(),
    resilience: { retryDelayMs: 1 },
    ...options,
  })
}

/** The operation of the newest request, and the unchanged JSON text of its variables. */
export function sentTo({ bodies }: TextSubgraph): { query: string; variables: string } {
  const body = bodies.at(-1) ?? '{}'
  const { query } = JSON.parse(body) as { query: string }
  return { query, variables: body.slice(body.indexOf('"variables":') + '"variables":'.length, -1) }
}
