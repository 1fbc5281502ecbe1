import { ApolloServer } from '@apollo/server'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { parseStandaloneConfig } from '../../gateway/standalone/config.ts'
import { SWITCH_VARIABLES } from '../../gateway/switches.ts'
import { readConfig } from '../../platform/config/read-config.ts'
import { countNodeHttpRequests } from '../../platform/testing/node-http-requests.ts'
import { ask, serve } from './support/gateways.ts'
import { startGraph } from './support/graph.ts'
import { products } from './support/shop.ts'
import { startSubgraph, type TestSubgraph } from './support/subgraph.ts'

const USER = '{ user(handle: "alice") { handle } }'

let shop: TestSubgraph

beforeAll(async () => {
  shop = await startSubgraph(products)
})
afterAll(() => shop[Symbol.asyncDispose]())

test.each([
  ['on', 0],
  ['off', 1],
] as const)('SOCKET_SERVER=%s decides whether plain POSTs bypass node:http', async (value, count) => {
  await using graph = await startGraph({ SOCKET_SERVER: value })
  using byNode = countNodeHttpRequests(graph.gateway.url)
  const { body } = await ask(graph.gateway.url, USER)
  expect(body).toEqual({ data: { user: { handle: 'alice' } } })
  expect(byNode.count).toBe(count)
})

test.each([
  ['own', undefined],
  ['undici', 'keep-alive'],
] as const)('SUBGRAPH_HTTP_CLIENT=%s sends the requests to subgraphs', async (value, connection) => {
  await using graph = await startGraph({ SUBGRAPH_HTTP_CLIENT: value })
  const { body } = await ask(graph.gateway.url, USER)
  expect(body).toEqual({ data: { user: { handle: 'alice' } } })
  // Only undici sends this header, which is the default in HTTP/1.1.
  expect(graph.users.requests.at(-1)?.headers.connection).toBe(connection)
})

test.each([
  ['on', 0],
  ['off', 1],
] as const)('FAST_PATH=%s decides whether plain requests bypass Apollo Server', async (value, times) => {
  await using graph = await startGraph({ FAST_PATH: value })
  const apollo = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest')
  try {
    const { body } = await ask(graph.gateway.url, USER)
    expect(body).toEqual({ data: { user: { handle: 'alice' } } })
    expect(apollo).toHaveBeenCalledTimes(times)
  } finally {
    apollo.mockRestore()
  }
})

test('a config file has the same settings and overrides the environment', async () => {
  const apollo = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest')
  try {
    for (const [on, client, times] of [
      [true, 'own', 0],
      [false, 'undici', 1],
    ] as const) {
      await using gateway = await serve([shop], {
        fastPath: on,
        socketServer: on,
        subgraphHttpClient: client,
      })
      apollo.mockClear()
      using byNode = countNodeHttpRequests(gateway.url)
      await ask(gateway.url, '{ boom }')
      expect(byNode.count).toBe(on ? 0 : 1)
      expect(apollo).toHaveBeenCalledTimes(times)
      expect(shop.requests.at(-1)?.headers.connection).toBe(on ? undefined : 'keep-alive')
    }
  } finally {
    apollo.mockRestore()
  }
})

test('invalid values are rejected with the valid ones', () => {
  const env = {
    FAST_PATH: 'no',
    SOCKET_SERVER: 'false',
    REQUEST_SHARING: '0',
    SUBGRAPH_HTTP_CLIENT: 'node-fetch',
  }
  let message = ''
  try {
    readConfig(SWITCH_VARIABLES, env)
  } catch (error) {
    message = String(error)
  }
  for (const [name, value] of Object.entries(env)) expect(message).toContain(`${name}="${value}"`)
  expect(message).toMatch(/"on"\|"off"/)
  expect(message).toMatch(/"own"\|"undici"/)
  expect(() => parseStandaloneConfig('{ "fastPath": "off" }', 'gateway.json', [])).toThrow(
    'gateway.json: fastPath: Invalid input: expected boolean',
  )
})
