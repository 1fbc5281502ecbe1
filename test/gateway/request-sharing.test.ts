import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { CONSISTENCY_HEADER } from '../../contracts/consistency.ts'
import { INTERNAL_HEADER, verifyInternal } from '../../platform/internal-auth.ts'
import { readMetrics } from '../../platform/testing/read-metrics.ts'
import { captureLog } from '../support/log-lines.ts'
import { WITHIN } from '../support/timeout.ts'
import { ask, serve } from './support/gateways.ts'
import { SECRET, SESSION, startGraph, type Graph } from './support/graph.ts'
import { pipelined, postText, type Posted } from './support/pipelined.ts'
import { products } from './support/shop.ts'
import { startSubgraph, type TestSubgraph } from './support/subgraph.ts'
import { signed } from './support/writers.ts'

type Metered = { url: string; metricsUrl: string | null }

const OBSERVED = { metrics: { host: '127.0.0.1', port: 0 }, accessLog: true }
const USER = '{ user(handle: "alice") { handle } }'
const PRODUCTS = '{ products { id } }'
const PRODUCT = 'query ($id: ID!, $flag: Boolean = false) { product(id: $id) { name @skip(if: $flag) id } }'
const captured = captureLog()

let shop: TestSubgraph
let gateway: Awaited<ReturnType<typeof serve>>
let graph: Graph

beforeAll(async () => {
  shop = await startSubgraph(products)
  gateway = await serve([shop], { headers: { propagate: ['x-tenant'] } }, captured.log, OBSERVED)
  graph = await startGraph({ METRICS_PORT: '0' })
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await shop[Symbol.asyncDispose]()
  await graph[Symbol.asyncDispose]()
})
afterEach(() => {
  for (const subgraph of [shop, graph.users]) {
    subgraph.misbehave = null
    subgraph.requests.length = 0
  }
  captured.lines.length = 0
})

const sharedBy = async (of: Metered) =>
  (await readMetrics(of.metricsUrl)).get('tessera_gateway_shared_requests_total') ?? 0

/** Sends requests at the same time. `shared`: how many of them got the response of another one. */
async function together(requests: readonly Posted[], of: Metered = gateway) {
  const before = await sharedBy(of)
  const responses = await (await pipelined(of, requests)).responses()
  return { responses, shared: (await sharedBy(of)) - before }
}

/** Repeats this until all that can share do. On a busy machine, a request can be too late. */
async function untilShared(requests: readonly Posted[], shared: number, of: Metered = gateway) {
  for (;;) {
    captured.lines.length = 0
    const sent = await together(requests, of)
    if (sent.shared === shared) return sent.responses
    expect(sent.shared).toBeLessThan(shared)
  }
}

/** Holds the response of a subgraph back. */
function hold(subgraph: TestSubgraph) {
  const { promise, resolve } = Promise.withResolvers<void>()
  subgraph.misbehave = (reply) => promise.then(() => reply.send({ data: { products: [{ id: '1' }] } }))
  return resolve
}

const withIds = (query: string, ids: readonly string[]): Posted[] =>
  ids.map((id) => ({ query, headers: { 'x-request-id': id } }))

test('equal queries get one response, each with its own id, and each is in the access log', async () => {
  const ids = ['a', 'b', 'c']
  const responses = await untilShared(withIds(PRODUCTS, ids), 2)
  const body = { data: { products: [{ id: '1' }, { id: '2' }] } }
  expect(responses).toEqual(ids.map((id) => ({ id, body })))
  const lines = captured.lines.filter(({ msg }) => msg === 'request')
  expect(lines).toMatchObject([
    { requestId: 'a', operationType: 'query', errorCodes: [] },
    { requestId: 'b', operationType: 'query', sharedFetches: ['a'] },
    { requestId: 'c', operationType: 'query', sharedFetches: ['a'] },
  ])
  expect(lines[0]).not.toHaveProperty('sharedFetches')
})

test('only the variables that the operation declares, and the headers that are forwarded, must be equal', async () => {
  const one = { query: PRODUCT, variables: { id: '1' } }
  const same: Posted[] = [
    { ...one, variables: { other: 1, id: '1' } },
    { ...one, headers: { 'x-other': '1', accept: 'application/json' } },
  ]
  const different: Posted[] = [
    { ...one, variables: { id: '2' } },
    { ...one, variables: { id: '1', flag: false } },
    { ...one, headers: { 'x-tenant': '' } },
    { ...one, headers: { 'x-tenant': '1' } },
    { ...one, query: `${PRODUCT} ` },
  ]
  await untilShared([one, ...same], 2)
  expect(await together([one, ...different])).toMatchObject({ shared: 0 })
})

test('a long shared response is sent whole, compressed or not', async () => {
  const text = 'ä'.repeat(40_000)
  shop.misbehave = () => ({ data: { products: [{ id: text }] } })
  const responses = await untilShared([{ query: PRODUCTS }, { query: PRODUCTS }, { query: PRODUCTS }], 2)
  for (const { body } of responses) expect(body).toEqual({ data: { products: [{ id: text }] } })
  const compressed = [1, 2, 3].map(() => ask(gateway.url, PRODUCTS))
  for (const { body } of await Promise.all(compressed)) expect(body).toEqual(responses[0]?.body)
})

test('mutations are never shared', async () => {
  const query = 'mutation { rename(id: "1", name: "x") { id } }'
  expect(await together([{ query }, { query }])).toMatchObject({ shared: 0 })
})

test('errors have the id of each request, and the log leads to the request that was executed', async () => {
  const ids = ['a', 'b']
  const responses = await untilShared(withIds('{ boom }', ids), 1)
  for (const [i, id] of ids.entries()) {
    expect(responses[i]).toMatchObject({ id, body: { errors: [{ extensions: { requestId: id } }] } })
  }
  expect(captured.lines.filter(({ msg }) => msg !== 'request')).toMatchObject([
    { requestId: 'a', msg: 'unexpected error of a subgraph' },
    { requestId: 'b', sharedRequestId: 'a' },
  ])
})

test('a viewer never gets the response of another viewer', async () => {
  const sessions = [null, SESSION, SESSION.replace('1', '2')]
  // The handle is the session of the viewer.
  graph.users.misbehave = (reply) => {
    const internal = String(reply.request.headers[INTERNAL_HEADER])
    const verified = verifyInternal(SECRET, internal, 'users', Date.now())
    return { data: { user: { handle: String(verified.ok && verified.viewer?.session) } } }
  }
  const headers = await Promise.all(
    sessions.map(async (sid) => (sid ? { authorization: `Bearer ${await graph.token({ sid })}` } : {})),
  )
  const requests = [...headers, ...headers].map((own) => ({ query: USER, headers: own }))
  const responses = await untilShared(requests, sessions.length, graph.gateway)
  expect(responses.map(({ body }) => body)).toEqual(
    [...sessions, ...sessions].map((sid) => ({ data: { user: { handle: String(sid ?? undefined) } } })),
  )
})

test('a query with a consistency token is executed by itself', async () => {
  const headers = { [CONSISTENCY_HEADER]: signed([['users', 4, ['12']]]) }
  const requests: Posted[] = [{ query: USER }, { query: USER, headers }, { query: USER, headers }]
  expect(await together(requests, graph.gateway)).toMatchObject({ shared: 0 })
})

test('`requestSharing: false` and REQUEST_SHARING=off turn it off', async () => {
  await using alone = await serve([shop], { requestSharing: false }, captured.log, OBSERVED)
  expect(await together([{ query: PRODUCTS }, { query: PRODUCTS }], alone)).toMatchObject({ shared: 0 })
  await using off = await startGraph({ METRICS_PORT: '0', REQUEST_SHARING: 'off' })
  expect(await together([{ query: USER }, { query: USER }], off.gateway)).toMatchObject({ shared: 0 })
})

/**
 * Sends two requests over two connections until the second shares the execution of the first: a request can be late. The
 * subgraph's response is held back.
 */
async function sharedPair(first: string, second: string) {
  const port = Number(new URL(gateway.url).port)
  for (;;) {
    shop.requests.length = 0
    const before = await sharedBy(gateway)
    const release = hold(shop)
    const sockets = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')] as const
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    sockets[0].write(first)
    sockets[1].write(second)
    await vi.waitUntil(
      async () => shop.requests.length === 2 || (await sharedBy(gateway)) === before + 1,
      WITHIN,
    )
    if (shop.requests.length < 2) return { sockets, release }
    release()
    for (const socket of sockets) socket.destroy()
  }
}

test('a client that disconnects does not end the request of another, whichever was first', async () => {
  const post = postText({ query: PRODUCTS })
  for (const leaving of [0, 1] as const) {
    const { sockets, release } = await sharedPair(post, post)
    await vi.waitUntil(() => shop.requests.length === 1, WITHIN)
    sockets[leaving].destroy()
    // When the gateway has answered this one, it has seen the disconnect.
    await (await pipelined(gateway, [{ query: '{ __typename }' }])).responses()
    release()
    const [response] = (await once(sockets[1 - leaving] as (typeof sockets)[0], 'data')) as [Buffer]
    expect(response.toString()).toMatch(/\{"data":\{"products":\[\{"id":"1"\}\]\}\}\n$/)
    expect(shop.requests).toHaveLength(1)
    for (const socket of sockets) socket.destroy()
  }
})

test('GET and POST share', async () => {
  const path = `/graphql?query=${encodeURIComponent(PRODUCTS)}`
  const get = `GET ${path} HTTP/1.1\r\nhost: a\r\napollo-require-preflight: 1\r\n\r\n`
  const { sockets, release } = await sharedPair(postText({ query: PRODUCTS }), get)
  release()
  for (const socket of sockets) {
    const [response] = (await once(socket, 'data')) as [Buffer]
    expect(response.toString()).toMatch(/\{"data":\{"products":\[\{"id":"1"\}\]\}\}\n$/)
    socket.destroy()
  }
})
