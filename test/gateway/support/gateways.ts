import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'
import { parseStandaloneConfig } from '../../../gateway/standalone/config.ts'
import type { Observability } from '../../../gateway/metrics/observability.ts'
import { startStandaloneGateway } from '../../../gateway/standalone/start-standalone-gateway.ts'
import { readSupergraph } from '../../../gateway/supergraph/read-supergraph.ts'
import { createLog, type Log } from '../../../platform/log.ts'
import { SWITCHES } from '../../support/switches.ts'
import { FEDERATION, type TestSubgraph } from './subgraph.ts'

export const quiet = createLog('test', { LOG_LEVEL: 'error' })

export type Answer = {
  status: number
  headers: Headers
  body: { data?: Record<string, unknown> | null; errors?: ErrorEntry[] }
}
export type ErrorEntry = { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }

export function compose(services: readonly { name: string; url: string; sdl: string }[]): string {
  const { errors, supergraphSdl } = composeServices(
    services.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })),
  )
  if (errors) throw new AggregateError(errors, errors.map(({ message }) => message).join('\n'))
  return supergraphSdl
}

/** Starts a standalone gateway for these subgraphs. `config` is the content of a config file. */
export async function serve(
  subgraphs: readonly TestSubgraph[],
  config: object = {},
  log: Log = quiet,
  observability?: Observability,
  redisUrl?: string,
) {
  const sdl = compose(
    subgraphs.map(({ url, definition }) => ({
      name: definition.name,
      url,
      sdl: FEDERATION + definition.sdl,
    })),
  )
  const supergraph = await readSupergraph(sdl, 'supergraph.graphql')
  return startStandaloneGateway({
    supergraph,
    config: parseStandaloneConfig(JSON.stringify(config), 'config.json', [...supergraph.subgraphs.keys()]),
    switches: SWITCHES,
    host: '127.0.0.1',
    port: 0,
    ...(observability && { observability }),
    redisUrl,
    log,
    clock: () => Date.now(),
    resilience: { retryDelayMs: 1 },
  })
}

export async function ask(
  url: string,
  query: string,
  options: { variables?: object; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...options.headers },
    body: JSON.stringify({ query, variables: options.variables }),
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer['body'],
  }
}
