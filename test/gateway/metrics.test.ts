import { createHash } from 'node:crypto'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseStandaloneConfig } from '../../gateway/standalone/config.ts'
import { readSupergraph } from '../../gateway/supergraph/read-supergraph.ts'
import { readMetrics } from '../../platform/testing/read-metrics.ts'
import { ask, compose, quiet, serve } from './support/gateways.ts'
import { startGraph, type Graph } from './support/graph.ts'
import { products, reviews } from './support/shop.ts'
import { FEDERATION, startSubgraph, type TestSubgraph } from './support/subgraph.ts'

const OBSERVABILITY = { metrics: { host: '127.0.0.1', port: 0 }, accessLog: false }

let shop: TestSubgraph
let gateway: Awaited<ReturnType<typeof serve>>

beforeEach(async () => {
  shop = await startSubgraph(products)
  gateway = await serve([shop], { limits: { depth: 3 } }, quiet, OBSERVABILITY)
})
afterEach(async () => {
  await gateway[Symbol.asyncDispose]()
  await shop[Symbol.asyncDispose]()
})

/** The samples of one metric that are not 0, by their labels. */
async function samples(name: string, of: { metricsUrl: string | null } = gateway) {
  const all = [...(await readMetrics(of.metricsUrl))]
  const prefix = `tessera_gateway_${name}`
  return Object.fromEntries(
    all.flatMap(([key, value]) =>
      value !== 0 && (key === prefix || key.startsWith(`${prefix}{`))
        ? [[key.slice(prefix.length), value]]
        : [],
    ),
  )
}

const requests = (of?: { metricsUrl: string | null }) => samples('requests_total', of)
const label = (type: string, operation: string, outcome: string) =>
  `{operation_type="${type}",operation="${operation}",outcome="${outcome}"}`

describe('after known traffic', () => {
  test.each([true, false])('requests have exact counts (fast path and socket server: %s)', async (fast) => {
    await using one = await serve(
      [shop],
      { limits: { depth: 3 }, fastPath: fast, socketServer: fast },
      quiet,
      OBSERVABILITY,
    )
    const { url } = one
    for (let i = 0; i < 3; i++) await ask(url, 'query Names { products { name } }')
    await ask(url, '{ products { name } }')
    await ask(url, 'mutation Rename { rename(id: "1", name: "x") { id } }')
    await ask(url, 'query Boom { boom }')
    await ask(url, 'query Invalid { nothing }')
    await ask(url, 'query Broken {')
    await ask(url, 'query Deep { __schema { types { fields { type { name } } } } }')
    const get = `${url}/graphql?query=${encodeURIComponent('query Got { products { id } }')}`
    await fetch(get, { headers: { 'apollo-require-preflight': '1' } })
    const mutation = `${url}/graphql?query=${encodeURIComponent('mutation Got { rename(id: "1", name: "x") { id } }')}`
    await fetch(mutation, { headers: { 'apollo-require-preflight': '1' } })
    await fetch(get, { headers: { accept: '*/*' } })
    await fetch(`${url}/nothing`)
    await fetch(`${url}/graphql`, { method: 'POST', body: 'text', headers: { 'content-type': 'text/plain' } })
    await fetch(`${url}/healthz`)

    expect(await requests(one)).toEqual({
      [label('query', 'Names', 'success')]: 3,
      [label('query', 'anonymous', 'success')]: 1,
      [label('mutation', 'Rename', 'success')]: 1,
      [label('query', 'Boom', 'errors')]: 1,
      [label('query', 'Got', 'success')]: 1,
      // Two invalid operations, one that is too deep, and the mutation by GET.
      [label('unknown', 'unknown', 'refused')]: 4,
    })
    expect(await samples('errors_total', one)).toEqual({
      '{code="INTERNAL_SERVER_ERROR"}': 1,
      '{code="GRAPHQL_VALIDATION_FAILED"}': 1,
      '{code="GRAPHQL_PARSE_FAILED"}': 1,
      '{code="LIMIT_EXCEEDED"}': 1,
      // The refused GET, the mutation by GET, and the body with another content type.
      '{code="BAD_REQUEST"}': 3,
      '{code="NOT_FOUND"}': 1,
    })
    await expect
      .poll(() => samples('http_responses_total', one))
      .toEqual({
        '{status="200"}': 8,
        '{status="400"}': 4,
        '{status="404"}': 1,
        '{status="405"}': 1,
        '{status="415"}': 1,
      })
    const names = 'operation_type="query",operation="Names"'
    const all = await readMetrics(one.metricsUrl)
    expect(all.get(`tessera_gateway_request_duration_seconds_count{${names}}`)).toBe(3)
    expect(all.get(`tessera_gateway_request_duration_seconds_bucket{${names},le="+Inf"}`)).toBe(3)
    expect(all.get(`tessera_gateway_request_duration_seconds_sum{${names}}`)).toBeGreaterThan(0)
    expect(all.get('tessera_gateway_requests_in_flight')).toBe(0)
    expect(await samples('subgraph_requests_total', one)).toEqual({
      '{subgraph="products",outcome="success"}': 6,
      '{subgraph="products",outcome="errors"}': 1,
    })
    expect(all.get('tessera_gateway_subgraph_request_duration_seconds_count{subgraph="products"}')).toBe(7)
  })

  test('the plan cache counts hits, misses and the time of planning', async () => {
    for (let i = 0; i < 3; i++) await ask(gateway.url, '{ products { name } }')
    await ask(gateway.url, 'query A { products { name } } query B { products { id } }')
    expect(await samples('plan_cache_hits_total')).toEqual({ '': 2 })
    expect(await samples('plan_cache_misses_total')).toEqual({ '': 1 })
    expect(await samples('plan_cache_plans')).toEqual({ '': 1 })
    expect(await samples('planning_duration_seconds_count')).toEqual({ '': 1 })
  })

  test('unknown persisted queries are counted', async () => {
    const sha256Hash = createHash('sha256').update('{ a }').digest('hex')
    const body = JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash } } })
    await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect(await samples('errors_total')).toEqual({ '{code="PERSISTED_QUERY_NOT_FOUND"}': 1 })
    expect(await requests()).toEqual({ [label('unknown', 'unknown', 'refused')]: 1 })
  })

  test('the process is measured', async () => {
    const all = await readMetrics(gateway.metricsUrl)
    expect(all.get('process_cpu_user_seconds_total')).toBeGreaterThan(0)
    expect(all.get('nodejs_heap_size_used_bytes')).toBeGreaterThan(0)
  })
})

test('requests in flight, connections and what is shared are visible while they exist', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  shop.misbehave = (reply) => promise.then(() => reply.send({ data: { products: [] } }))
  const asked = [1, 2, 3].map(() => ask(gateway.url, '{ products { id } }'))
  await expect.poll(() => shop.requests.length).toBeGreaterThan(0)
  await expect.poll(() => samples('requests_in_flight')).toEqual({ '': 3 })
  const active = Object.values(await samples('connections_requests_active'))
  const open = Object.values(await samples('connections'))
  expect(active).toEqual([shop.requests.length])
  expect(open[0]).toBeGreaterThanOrEqual(1)
  resolve()
  await Promise.all(asked)
  expect(await samples('requests_in_flight')).toEqual({})
  const [joined = 0] = Object.values(await samples('subgraph_shared_fetches_total'))
  const { '': shared = 0 } = await samples('shared_requests_total')
  expect(shared + joined + shop.requests.length).toBe(3)
})

test('fetches that are sent as one request are counted', async () => {
  await using more = await startSubgraph(reviews)
  const config = { batching: ['products', 'reviews'] }
  await using both = await serve([shop, more], config, quiet, OBSERVABILITY)
  await ask(both.url, '{ a: products { reviewCount } b: product(id: "2") { reviewCount } }')
  expect(await samples('subgraph_shared_fetches_total', both)).toEqual({
    '{subgraph="reviews",how="batched"}': 1,
  })
})

test('errors of a subgraph, its circuit breaker and its retries are counted', async () => {
  shop.misbehave = (reply) => reply.code(503).send('')
  for (let i = 0; i < 3; i++) await ask(gateway.url, '{ products { id } }')
  const counts = await samples('subgraph_requests_total')
  // Five consecutive outages open the breaker. They are the attempts of two requests: three and two.
  expect(counts).toEqual({
    '{subgraph="products",outcome="status"}': 5,
    '{subgraph="products",outcome="open"}': expect.any(Number) as number,
  })
  expect(await samples('subgraph_circuit_breaker')).toEqual({ '{subgraph="products",state="open"}': 1 })
  expect(await samples('errors_total')).toEqual({ '{code="SUBGRAPH_UNAVAILABLE"}': 3 })
})

test('reloads are counted and do not reset counters', async () => {
  await ask(gateway.url, 'query Names { products { name } }')
  const { url, definition } = shop
  const sdl = compose([{ name: definition.name, url, sdl: FEDERATION + definition.sdl }])
  await gateway.reload(await readSupergraph(sdl, 'next.graphql'))
  await expect(gateway.reload({ sdl: 'nonsense', subgraphs: new Map([['products', url]]) })).rejects.toThrow()
  await ask(gateway.url, 'query Names { products { name } }')
  expect(await samples('supergraph_reloads_total')).toEqual({
    '{outcome="success"}': 1,
    '{outcome="failure"}': 1,
  })
  expect(await requests()).toEqual({ [label('query', 'Names', 'success')]: 2 })
})

describe('clients cannot create many series', () => {
  test('by names of operations', async () => {
    const names = Array.from({ length: 300 }, (_, i) => `Op${i}`)
    for (const name of names) await ask(gateway.url, `query ${name} { __typename }`)
    const counts = await requests()
    expect(Object.keys(counts)).toHaveLength(201)
    expect(counts[label('query', 'other', 'success')]).toBe(100)
  })

  test('by invalid operations, methods, paths, or codes of subgraphs', async () => {
    shop.misbehave = (reply) =>
      reply.send({
        errors: [{ message: 'm', extensions: { code: `CODE_${shop.requests.length}` } }],
        data: null,
      })
    const series = async () =>
      [...(await readMetrics(gateway.metricsUrl)).keys()]
        .filter((key) => key.startsWith('tessera_'))
        .toSorted()
    const send = async (i: number) => {
      await ask(gateway.url, `query Bad${i} { nothing }`)
      await ask(gateway.url, '{ products { id } }')
      await fetch(`${gateway.url}/path${i}`, { method: ['GET', 'PUT', 'DELETE'][i % 3] ?? '' })
    }
    await send(0)
    await send(1)
    const before = await series()
    for (let i = 2; i < 20; i++) await send(i)
    expect(await series()).toEqual(before)
    expect(await samples('errors_total')).toMatchObject({ '{code="other"}': 20 })
  })
})

describe('the port of the metrics', () => {
  test('is separate and serves nothing else', async () => {
    const { origin } = new URL(gateway.metricsUrl ?? '')
    expect(origin).not.toBe(gateway.url)
    for (const path of ['/', '/graphql', '/readyz']) {
      expect((await fetch(origin + path)).status).toBe(404)
    }
    const { headers } = await fetch(gateway.metricsUrl ?? '')
    expect(headers.get('content-type')).toContain('text/plain; version=0.0.4')
  })

  test('does not exist by default, and the port of the API never serves metrics', async () => {
    await using plain = await serve([shop])
    expect(plain.metricsUrl).toBeNull()
    for (const { url } of [plain, gateway]) expect((await fetch(`${url}/metrics`)).status).toBe(404)
  })

  test('is closed with the gateway', async () => {
    const other = await serve([shop], {}, quiet, OBSERVABILITY)
    await other[Symbol.asyncDispose]()
    await expect(fetch(other.metricsUrl ?? '')).rejects.toThrow()
  })

  test('that is in use is reported with its variable', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const started = serve([shop], {}, quiet, { metrics: { host: '127.0.0.1', port }, accessLog: false })
    await expect(started).rejects.toThrow(`Port ${port} on 127.0.0.1 is in use`)
    await expect(started).rejects.toThrow('METRICS_PORT=')
    taken.close()
    await once(taken, 'close')
  })
})

test("Tessera's own gateway reads METRICS_PORT and METRICS_HOST", async () => {
  await using graph: Graph = await startGraph({ METRICS_PORT: '0', METRICS_HOST: '127.0.0.1' })
  await ask(graph.gateway.url, 'query Me { user(handle: "alice") { handle } }')
  expect(await requests(graph.gateway)).toEqual({ [label('query', 'Me', 'success')]: 1 })
  const subgraphs = Object.keys(await samples('subgraph_circuit_breaker', graph.gateway))
  expect(subgraphs).toHaveLength(3)
})

test('is configured by the environment, not by the configuration file', () => {
  expect(() => parseStandaloneConfig('{"metrics":{}}', 'config.json', [])).toThrow('metrics')
})
