import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readMetrics } from '../../platform/testing/read-metrics.ts'
import { ownRedis, type OwnRedis } from '../change-log-owner/support/own-redis.ts'
import { ask, serve } from '../gateway/support/gateways.ts'
import { startGraph } from '../gateway/support/graph.ts'
import { pipelined } from '../gateway/support/pipelined.ts'
import { startSubgraph } from '../gateway/support/subgraph.ts'
import { countsIn, sha256, usageIn } from './support/usage.ts'

let redis: OwnRedis

beforeAll(async () => {
  redis = await ownRedis()
  await redis.process.start()
})
afterAll(() => redis[Symbol.asyncDispose]())

const user = (name: string) => `query ${name} { user(handle: "alice") { handle } }`

async function post(url: string, params: object, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(params),
  })
  return response.json()
}

async function get(url: string, params: Record<string, string>): Promise<unknown> {
  const search = new URLSearchParams(params).toString()
  const headers = { 'apollo-require-preflight': '1' }
  return (await fetch(`${url}/graphql?${search}`, { headers })).json()
}

const ALICE = { data: { user: { handle: 'alice' } } }

describe.each(['tessera', 'apollo'])('with the engine %s', (GATEWAY_ENGINE) => {
  test.each(['on', 'off'])('each request is counted once, with the fast path %s', async (FAST_PATH) => {
    await redis.send('FLUSHALL')
    {
      await using graph = await startGraph({ REDIS_URL: redis.url, GATEWAY_ENGINE, FAST_PATH })
      const { url } = graph.gateway
      const text = user('Persisted')
      const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(text) } }
      expect(await post(url, { query: user('Post') })).toEqual(ALICE)
      expect(await post(url, { query: user('Post').replace('alice', 'bob') })).toEqual(ALICE)
      expect(await post(url, { query: user('Post'), extensions: { other: 1 } })).toEqual(ALICE)
      expect(
        await post(url, { query: user('Plan') }, { 'apollo-query-plan-experimental': '1' }),
      ).toMatchObject(ALICE)
      expect(await get(url, { query: user('Get') })).toEqual(ALICE)
      expect(await post(url, { extensions })).toHaveProperty('errors')
      expect(await post(url, { query: text, extensions })).toEqual(ALICE)
      expect(await post(url, { extensions })).toEqual(ALICE)
      expect(await get(url, { extensions: JSON.stringify(extensions) })).toEqual(ALICE)
      // Requests of a connection in one turn share their execution.
      const shared = Array.from({ length: 5 }, () => ({ query: user('Shared') }))
      await (await pipelined(graph.gateway, shared)).responses()
      // Refused requests use nothing.
      expect(await post(url, { query: 'query Invalid { nothing }' })).toHaveProperty('errors')
      expect(await post(url, { query: 'query ($h: String!) { user(handle: $h) { id } }' })).toHaveProperty(
        'errors',
      )
      graph.users.misbehave = (reply) => reply.code(500).send('')
      expect(await post(url, { query: user('Failed') })).toHaveProperty('errors')
    }
    expect(await countsIn(redis)).toEqual({ Post: 3, Plan: 1, Get: 1, Persisted: 3, Shared: 5, Failed: 1 })
  })
})

test('clients, coordinates and the names in variables are in the export, and values are not', async () => {
  await redis.send('FLUSHALL')
  await using shop = await startSubgraph({
    name: 'shop',
    sdl: `type Query { search(filter: Filter, first: Int): [Item!] }
      input Filter { text: String, order: Order }
      enum Order { TOP NEW }
      interface Item { id: ID! }
      type Book implements Item { id: ID! pages: Int }`,
    resolvers: { Query: { search: () => [{ __typename: 'Book', id: '1', pages: 2 }] } },
  })
  const query = 'query Search($f: Filter) { search(filter: $f, first: 7) { id ... on Book { pages } } }'
  const ios = { 'apollographql-client-name': 'ios', 'apollographql-client-version': '1.2' }
  {
    await using gateway = await serveRecording(shop)
    const send = (variables: object, headers = {}) => ask(gateway.url, query, { variables, headers })
    await send({})
    await send({ f: { text: 'a secret' } }, ios)
    await send({ f: { order: 'NEW' } }, ios)
  }
  const usage = await usageIn(redis)
  expect(usage?.operations).toEqual([
    {
      signature: expect.stringMatching(/^[\w-]{22}$/) as string,
      name: 'Search',
      document: 'query Search($f: Filter) { search(filter: $f, first: 0) { ... on Book { pages } id } }',
      coordinates: [
        'Book.pages',
        'Filter.order',
        'Filter.text',
        'Item.id',
        'Order.NEW',
        'Query.search',
        'Query.search(filter:)',
        'Query.search(first:)',
      ],
      clients: [
        { name: 'ios', version: '1.2', count: 2, lastUsed: expect.any(String) as string },
        { name: null, version: null, count: 1, lastUsed: expect.any(String) as string },
      ],
    },
  ])
  expect(JSON.stringify(usage)).not.toContain('secret')
})

const serveRecording = (shop: Parameters<typeof serve>[0][number], config: object = {}) =>
  serve([shop], config, undefined, undefined, redis.url)

test('two gateways share a recording, which survives a restart of Redis and of a gateway', async () => {
  await using durable = await ownRedis({ appendonly: 'yes', appendfsync: 'always' })
  await durable.process.start()
  const env = { REDIS_URL: durable.url }
  {
    await using first = await startGraph(env)
    await using second = await startGraph(env)
    const urls = [first.gateway.url, second.gateway.url]
    for (const url of urls) expect(await post(url, { query: user('Before') })).toEqual(ALICE)
    await expect.poll(() => countsIn(durable)).toEqual({ Before: 2 })
    await durable.process.kill()
    for (const url of urls) expect(await post(url, { query: user('Down') })).toEqual(ALICE)
    await durable.process.start()
    await expect.poll(() => countsIn(durable)).toEqual({ Before: 2, Down: 2 })
  }
  {
    await using restarted = await startGraph(env)
    await post(restarted.gateway.url, { query: user('Before') })
  }
  expect(await countsIn(durable)).toEqual({ Before: 3, Down: 2 })
  expect(await usageIn(durable)).not.toHaveProperty('gaps')
})

test('the metrics show what was recorded', async () => {
  await using graph = await startGraph({ REDIS_URL: redis.url, METRICS_PORT: '0' })
  await post(graph.gateway.url, { query: user('Metered') })
  const metrics = await readMetrics(graph.gateway.metricsUrl)
  expect(metrics.get('tessera_gateway_usage_recorded_total')).toBe(1)
  expect(metrics.get('tessera_gateway_usage_lost_total')).toBe(0)
  await using without = await startGraph({ METRICS_PORT: '0' })
  const none = await readMetrics(without.gateway.metricsUrl)
  expect(none.has('tessera_gateway_usage_recorded_total')).toBe(false)
})

test('a gateway whose switch is off is visible in the export', async () => {
  await redis.send('FLUSHALL')
  const started = Date.now()
  {
    await using recording = await startGraph({ REDIS_URL: redis.url })
    await using silent = await startGraph({ REDIS_URL: redis.url, USAGE_RECORDING: 'off' })
    await post(silent.gateway.url, { query: user('Silent') })
    await post(recording.gateway.url, { query: user('Recorded') })
  }
  const usage = await usageIn(redis)
  expect(usage?.operations.map(({ name }) => name)).toEqual(['Recorded'])
  expect(usage?.gaps?.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^Gateway \S+ served requests without recording them\.$/),
  ])
  expect(Date.parse(usage?.from ?? '')).toBeGreaterThan(started)
})
