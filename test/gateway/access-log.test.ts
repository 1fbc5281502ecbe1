import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { captureLog } from '../support/log-lines.ts'
import { ask } from './support/gateways.ts'
import { startGraph, type Graph } from './support/graph.ts'

const SECRETS = ['secret-literal', 'secret-variable', 'secret-cookie', 'secret-agent', 'secret-search']
const captured = captureLog()
const silent = captureLog()

let graph: Graph
let full: Graph
let off: Graph

beforeAll(async () => {
  graph = await startGraph({ ACCESS_LOG: 'on' }, captured.log)
  full = await startGraph({ ACCESS_LOG: 'on', FAST_PATH: 'off', SOCKET_SERVER: 'off' }, captured.log)
  off = await startGraph({}, silent.log)
})
afterAll(async () => {
  for (const one of [graph, full, off]) await one[Symbol.asyncDispose]()
})
afterEach(() => {
  captured.lines.length = 0
  graph.users.misbehave = null
  full.users.misbehave = null
})

const accesses = () => captured.lines.filter(({ msg }) => msg === 'request')

/** Waits for the line of a request, because it is written after the response is sent. */
async function nextAccess() {
  await expect.poll(() => accesses().length).toBe(1)
  return captured.lines.splice(0).find(({ msg }) => msg === 'request')
}

test.each(['graph', 'full'] as const)('each request has one line: %s', async (name) => {
  const { gateway } = { graph, full }[name]
  const headers = { 'x-request-id': 'id-1', authorization: `Bearer ${await { graph, full }[name].token()}` }
  const query = 'query Me { user(handle: "alice") { handle } }'
  const response = await ask(gateway.url, query, { headers })
  expect(response.status).toBe(200)
  expect(await nextAccess()).toEqual({
    level: 30,
    time: expect.any(Number) as number,
    pid: expect.any(Number) as number,
    hostname: expect.any(String) as string,
    msg: 'request',
    requestId: 'id-1',
    method: 'POST',
    path: '/graphql',
    status: 200,
    bytes: Number(response.headers.get('content-length')),
    ms: expect.any(Number) as number,
    operationType: 'query',
    operationName: 'Me',
    errorCodes: [],
    viewer: true,
  })
})

test.each(['graph', 'full'] as const)('rejected requests have a line as well: %s', async (name) => {
  const { url } = { graph, full }[name].gateway
  const refused = { operationType: null, operationName: null, viewer: false }
  await ask(url, '{ a b nothing }')
  expect(await nextAccess()).toMatchObject({
    ...refused,
    status: 400,
    errorCodes: ['GRAPHQL_VALIDATION_FAILED'],
  })
  await ask(url, '{ __typename }', { headers: { authorization: 'Bearer x' } })
  expect(await nextAccess()).toMatchObject({ ...refused, status: 401, errorCodes: ['UNAUTHENTICATED'] })
  await fetch(`${url}/graphql`, { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } })
  expect(await nextAccess()).toMatchObject({ ...refused, status: 415, errorCodes: ['BAD_REQUEST'] })
  await fetch(`${url}/nothing?query=1`)
  expect(await nextAccess()).toMatchObject({
    method: 'GET',
    path: '/nothing',
    status: 404,
    errorCodes: ['NOT_FOUND'],
  })
  await fetch(`${url}/healthz`)
  expect(await nextAccess()).not.toHaveProperty('operationType')
})

test.each(['graph', 'full'] as const)('no line contains private data: %s', async (name) => {
  const { gateway, token } = { graph, full }[name]
  const bearer = await token()
  const query =
    'query Q($v: String!) { a: user(handle: "secret-literal") { handle } b: user(handle: $v) { handle } }'
  const headers = {
    authorization: `Bearer ${bearer}`,
    cookie: 'session=secret-cookie',
    'user-agent': 'secret-agent',
    'apollographql-client-name': 'web',
    'apollographql-client-version': '1.2.3',
  }
  await ask(gateway.url, query, { variables: { v: 'secret-variable' }, headers })
  expect(await nextAccess()).toMatchObject({ client: 'web', clientVersion: '1.2.3' })
  const search = new URLSearchParams({ query, variables: '{"v":"secret-variable"}', token: 'secret-search' })
  await fetch(`${gateway.url}/graphql?${search.toString()}`, { headers })
  expect(await nextAccess()).toMatchObject({
    method: 'GET',
    path: '/graphql',
    status: 200,
    operationName: 'Q',
  })
  for (const secret of [...SECRETS, bearer]) expect(captured.text()).not.toContain(secret)
  const lines = captured
    .text()
    .split('\n')
    .filter((line) => line.includes('"msg":"request"'))
  expect(lines.length).toBeGreaterThan(1)
  for (const person of ['127.0.0.1', 'alice']) expect(lines.join('')).not.toContain(person)
})

test('values from clients are truncated', async () => {
  const headers = { 'apollographql-client-name': 'n'.repeat(5_000) }
  await ask(graph.gateway.url, `query ${'Q'.repeat(5_000)} { __typename }`, { headers })
  const line = await nextAccess()
  expect(JSON.stringify(line).length).toBeLessThan(1_000)
  expect(line?.['client']).toBe(`${'n'.repeat(200)}…`)
})

/** Sends requests in one write, so that they are read in the same turn. */
async function write({ gateway }: Graph, query: string, ids: readonly string[]) {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  await once(socket, 'connect')
  const body = JSON.stringify({ query })
  const head = `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n`
  socket.write(ids.map((id) => `${head}x-request-id: ${id}\r\n\r\n${body}`).join(''))
  return socket
}

test('the line of a request with a shared fetch has the request id that the subgraph received', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  graph.users.misbehave = (reply) => promise.then(() => reply.send({ data: { user: null } }))
  const before = graph.users.requests.length
  const socket = await write(graph, '{ user(handle: "alice") { handle } }', ['a', 'b'])
  await expect.poll(() => graph.users.requests.length).toBe(before + 1)
  resolve()
  await expect.poll(() => accesses().length).toBe(2)
  socket.destroy()
  const shared = Object.fromEntries(accesses().map((line) => [line['requestId'], line['sharedFetches']]))
  expect(shared).toEqual({ a: undefined, b: ['a'] })
})

test.each(['graph', 'full'] as const)(
  'the line of a request whose client disconnected says so: %s',
  async (name) => {
    const one = { graph, full }[name]
    const { promise, resolve } = Promise.withResolvers<void>()
    one.users.misbehave = (reply) => promise.then(() => reply.send({ data: { user: null } }))
    const before = one.users.requests.length
    const socket = await write(one, '{ user(handle: "alice") { id } }', ['gone'])
    await expect.poll(() => one.users.requests.length).toBe(before + 1)
    socket.destroy()
    expect(await nextAccess()).toMatchObject({ requestId: 'gone', aborted: true })
    resolve()
  },
)

test('the access log is off by default', async () => {
  await ask(off.gateway.url, '{ __typename }')
  await fetch(`${off.gateway.url}/healthz`)
  expect(silent.lines.filter(({ msg }) => msg === 'request')).toEqual([])
})
