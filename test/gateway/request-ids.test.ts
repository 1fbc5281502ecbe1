import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { captureLog } from '../support/log-lines.ts'
import { ask, serve } from './support/gateways.ts'
import { startGraph, type Graph } from './support/graph.ts'
import { pipelined } from './support/pipelined.ts'
import { products } from './support/shop.ts'
import { startSubgraph, type TestSubgraph } from './support/subgraph.ts'

const ID = 'client-chosen:1'
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/
const USER = '{ user(handle: "alice") { handle } }'
const captured = captureLog()

let graph: Graph
let full: Graph
let shop: TestSubgraph

beforeAll(async () => {
  graph = await startGraph({ CORS_ORIGINS: 'https://app.example' }, captured.log)
  full = await startGraph(
    { CORS_ORIGINS: 'https://app.example', FAST_PATH: 'off', SOCKET_SERVER: 'off' },
    captured.log,
  )
  shop = await startSubgraph(products)
})
afterAll(async () => {
  await graph[Symbol.asyncDispose]()
  await full[Symbol.asyncDispose]()
  await shop[Symbol.asyncDispose]()
})
afterEach(() => {
  graph.users.misbehave = null
  full.users.misbehave = null
  shop.misbehave = null
  captured.lines.length = 0
})

type Init = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> }

const json = { 'content-type': 'application/json' }
const post = (body: unknown, headers: Record<string, string> = {}): Init => ({
  method: 'POST',
  headers: { ...json, ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const persisted = (query: string) => ({
  persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') },
})
const preflight = { origin: 'https://app.example', 'access-control-request-method': 'POST' }
const forced = { 'apollo-require-preflight': '1' }

/** Requests of every kind, with the status of their responses. */
const REQUESTS: Record<string, [status: number, path: string, init: Init]> = {
  'a query': [200, '/graphql', post({ query: USER })],
  'a query of a page': [200, '/graphql', post({ query: USER }, { origin: 'https://app.example' })],
  'a mutation': [400, '/graphql', post({ query: 'mutation { nothing }' })],
  'a query by GET': [200, `/graphql?query=${encodeURIComponent(USER)}`, { headers: forced }],
  'a refused GET': [400, `/graphql?query=${encodeURIComponent(USER)}`, { headers: { accept: '*/*' } }],
  'a persisted query that is not known': [200, '/graphql', post({ extensions: persisted('{ a }') })],
  'a persisted query with its text': [200, '/graphql', post({ query: USER, extensions: persisted(USER) })],
  'an invalid query': [400, '/graphql', post({ query: '{ nothing }' })],
  'a bad token': [401, '/graphql', post({ query: USER }, { authorization: 'Bearer x' })],
  'a body that is not JSON': [400, '/graphql', post('{')],
  'a body of another type': [415, '/graphql', post('a', { 'content-type': 'text/plain' })],
  'a body that is too large': [413, '/graphql', post('x'.repeat(1_048_577))],
  'another method': [405, '/graphql', { method: 'PUT' }],
  'a preflight': [204, '/graphql', { method: 'OPTIONS', headers: preflight }],
  'a refused preflight': [
    403,
    '/graphql',
    { method: 'OPTIONS', headers: { ...preflight, origin: 'https://a.b' } },
  ],
  'an unknown path': [404, '/nothing', {}],
  'a path that cannot be decoded': [400, '/%zz', {}],
  health: [200, '/healthz', {}],
}

describe.each(['graph', 'full'] as const)('each response has the id of its request: %s', (name) => {
  test.each(Object.entries(REQUESTS))('%s', async (_kind, [status, path, init]) => {
    const { url } = { graph, full }[name].gateway
    const given = await fetch(url + path, { ...init, headers: { ...init.headers, 'x-request-id': ID } })
    await given.text()
    expect(given.headers.get('x-request-id')).toBe(ID)
    expect(given.status).toBe(status)
    const [one, two] = await Promise.all([fetch(url + path, init), fetch(url + path, init)])
    const ids = [one, two].map(({ headers }) => headers.get('x-request-id'))
    expect(ids).toEqual([expect.stringMatching(UUID), expect.stringMatching(UUID)])
    expect(ids[0]).not.toBe(ids[1])
    await Promise.all([one.text(), two.text()])
  })
})

test.each([
  'not HTTP\r\n\r\n',
  'GET /healthz HTTP/1.1\r\n\r\n',
  'GET / HTTP/1.1\r\nhost: a\r\nexpect: x\r\n\r\n',
])('an invalid HTTP request gets an id too: %j', async (bytes) => {
  const { port } = new URL(graph.gateway.url)
  const socket = connect(Number(port), '127.0.0.1')
  await once(socket, 'connect')
  socket.end(bytes)
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 4\d\d [^]*\r\nx-request-id: [\da-f-]{36}\r\n/i)
})

test.each(['two words', '"quoted"', 'x'.repeat(129)])('a malformed id is replaced: %s', async (id) => {
  for (const { gateway, users } of [graph, full]) {
    const { headers } = await ask(gateway.url, USER, { headers: { 'x-request-id': id } })
    expect(headers.get('x-request-id')).toMatch(UUID)
    expect(users.requests.at(-1)?.headers['x-request-id']).toBe(headers.get('x-request-id'))
  }
})

test('a client that sends only a trace gets the trace id', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const { headers } = await ask(graph.gateway.url, USER, { headers: { traceparent } })
  expect(headers.get('x-request-id')).toBe('0af7651916cd43dd8448eb211c80319c')
})

test('pages can send and read the id', async () => {
  const asked = { 'access-control-request-headers': 'content-type,x-request-id' }
  const init = { method: 'OPTIONS', headers: { ...preflight, ...asked } }
  const { headers } = await fetch(`${graph.gateway.url}/graphql`, init)
  expect(headers.get('access-control-allow-headers')?.split(', ')).toContain('x-request-id')
  const page = await ask(graph.gateway.url, USER, { headers: { origin: 'https://app.example' } })
  expect(page.headers.get('access-control-expose-headers')?.split(', ')).toContain('x-request-id')
})

test.each(['graph', 'full'] as const)(
  'a masked error, the log and the subgraph have the same id: %s',
  async (name) => {
    const { gateway, users } = { graph, full }[name]
    users.misbehave = (reply) =>
      reply.send({ errors: [{ message: 'a bug', path: ['user'] }], data: { user: null } })
    const { body, headers } = await ask(gateway.url, USER)
    const id = headers.get('x-request-id')
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', requestId: id })
    expect(users.requests.at(-1)?.headers['x-request-id']).toBe(id)
    expect(captured.lines).toMatchObject([{ requestId: id, msg: 'unexpected error of a subgraph' }])
  },
)

/** Sends one request for each id, all at the same time. */
async function together(gateway: { url: string }, ids: readonly string[], query: string) {
  return Promise.all(ids.map((id) => ask(gateway.url, query, { headers: { 'x-request-id': id } })))
}

describe('fetches are still shared', () => {
  /** Holds a response back until all requests of a test can have joined. */
  function hold(subgraph: TestSubgraph, response: object) {
    const { promise, resolve } = Promise.withResolvers<void>()
    subgraph.misbehave = (reply) => promise.then(() => reply.send(response))
    return resolve
  }

  /** The texts differ, so that only the fetches are equal. They are planned first, so that no request waits for its plan. */
  async function differing(gateway: { url: string }, ids: readonly string[], query: string) {
    const requests = ids.map((id, i) => ({ query: query + ' '.repeat(i), headers: { 'x-request-id': id } }))
    for (const one of requests) await ask(gateway.url, one.query)
    return requests
  }

  test('a shared fetch has the id of its first request, and the logs of the others contain that id', async () => {
    const requests = await differing(graph.gateway, ['a', 'b'], USER)
    const before = graph.users.requests.length
    const release = hold(graph.users, {
      errors: [
        { message: 'm', path: ['user'], extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'a' } },
      ],
      data: { user: null },
    })
    const asked = await pipelined(graph.gateway, requests)
    await expect.poll(() => graph.users.requests.length).toBe(before + 1)
    release()
    const responses = await asked.responses()
    expect(graph.users.requests.slice(before).map(({ headers }) => headers['x-request-id'])).toEqual(['a'])
    for (const [i, id] of ['a', 'b'].entries()) {
      expect(responses[i]).toMatchObject({ id, body: { errors: [{ extensions: { requestId: id } }] } })
    }
    expect(captured.lines).toMatchObject([{ requestId: 'b', subgraphRequestId: 'a', subgraph: 'users' }])
  })

  test('the same for a subgraph without a usable response', async () => {
    const requests = await differing(graph.gateway, ['a', 'b'], USER)
    const before = graph.users.requests.length
    const release = hold(graph.users, { nonsense: true })
    const asked = await pipelined(graph.gateway, requests)
    await expect.poll(() => graph.users.requests.length).toBe(before + 1)
    release()
    await asked.responses()
    expect(graph.users.requests).toHaveLength(before + 1)
    const [first, second] = captured.lines
    expect(first).toMatchObject({ requestId: 'a', kind: 'body' })
    expect(first).not.toHaveProperty('subgraphRequestId')
    expect(second).toMatchObject({ requestId: 'b', subgraphRequestId: 'a', kind: 'body' })
  })

  test('a standalone gateway that propagates x-request-id shares fetches too', async () => {
    await using gateway = await serve([shop], { headers: { propagate: ['X-Request-Id'] } }, captured.log)
    const requests = await differing(gateway, ['a', 'b', 'c'], '{ products { id } }')
    const before = shop.requests.length
    const release = hold(shop, { data: { products: [] } })
    const asked = await pipelined(gateway, requests)
    await expect.poll(() => shop.requests.length).toBe(before + 1)
    release()
    expect((await asked.responses()).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(shop.requests.slice(before).map(({ headers }) => headers['x-request-id'])).toEqual(['a'])
  })
})

describe('a standalone gateway', () => {
  test.each(['own', 'undici'])('sends the id to subgraphs: %s', async (subgraphHttpClient) => {
    await using gateway = await serve([shop], { subgraphHttpClient }, captured.log)
    const [one] = await together(gateway, [ID], '{ products { id } }')
    expect(one?.headers.get('x-request-id')).toBe(ID)
    expect(shop.requests.at(-1)?.headers['x-request-id']).toBe(ID)
    const { headers } = await ask(gateway.url, 'mutation { rename(id: "1", name: "x") { id } }')
    expect(shop.requests.at(-1)?.headers['x-request-id']).toBe(headers.get('x-request-id'))
  })

  test('does not change a fixed id from its configuration', async () => {
    await using gateway = await serve(
      [shop],
      { headers: { insert: { 'X-Request-Id': 'fixed' } } },
      captured.log,
    )
    await together(gateway, [ID], '{ products { id } }')
    expect(shop.requests.at(-1)?.headers['x-request-id']).toBe('fixed')
  })
})
