import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { serveJsonPost, type PostAnswer, type Posted } from './json-post.ts'
import { createHttpServer, listen, type RunningServer } from './server.ts'

const LIMIT = 1_000
const BODY = JSON.stringify({ query: '{ a }', text: 'ä'.repeat(20) })

let app: FastifyInstance
let server: RunningServer
let posted: Posted[]
/** Answers wait for it. */
let gate: Promise<void>

beforeEach(async () => {
  posted = []
  gate = Promise.resolve()
  app = createHttpServer(createLog('test', { LOG_LEVEL: 'silent' }), LIMIT)
  const answer = async (request: Posted): Promise<PostAnswer> => {
    posted.push(request)
    await gate
    return { status: 201, headers: { 'x-kind': 'test' }, text: JSON.stringify({ echo: request.body }) }
  }
  serveJsonPost(app, { path: '/graphql', bodyLimit: LIMIT, answer })
  server = await listen(app, '127.0.0.1', 0)
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
})

type Sent = {
  headers?: Record<string, string>
  body?: string | ReadableStream
  path?: string
  method?: string
}

async function send({ headers, body = BODY, path = '/graphql', method = 'POST' }: Sent = {}) {
  const response = await fetch(new URL(path, server.url), {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(method === 'POST' && { body, duplex: 'half' }),
  })
  const { status } = response
  return { status, headers: response.headers, body: (await response.json()) as Record<string, unknown> }
}

const inTwoChunks = () => ReadableStream.from([Buffer.from(BODY.slice(0, 9)), Buffer.from(BODY.slice(9))])

describe('a POST of JSON', () => {
  test.for<[string, Sent]>([
    ['directly', {}],
    ['by the router: with a charset', { headers: { 'content-type': 'application/json; charset=utf-8' } }],
    ['by the router: with a query string', { path: '/graphql?a=1' }],
    ['by the router: chunked', { body: inTwoChunks() }],
  ])('is answered %s', async ([, sent]) => {
    const { status, headers, body } = await send(sent)
    expect([status, headers.get('x-kind'), headers.get('content-type')]).toEqual([
      201,
      'test',
      'application/json; charset=utf-8',
    ])
    expect(body).toEqual({ echo: JSON.parse(BODY) as unknown })
  })

  test('is whole when its body comes in pieces, cut within a character', async () => {
    const bytes = Buffer.from(BODY)
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    const head = `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${bytes.length}\r\n\r\n`
    const cut = bytes.indexOf('ä') + 1
    app.server.once('request', (request: IncomingMessage) => {
      request.once('data', () => socket.write(bytes.subarray(cut)))
    })
    socket.write(Buffer.concat([Buffer.from(head), bytes.subarray(0, cut)]))
    const [answer] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    expect(answer.toString()).toMatch(/^HTTP\/1.1 201 /)
    expect(posted.map(({ body }) => body)).toEqual([JSON.parse(BODY)])
  })
})

describe('the router refuses, and nobody is asked for an answer', () => {
  test.for<[string, number, Sent, RegExp]>([
    ['a body that is not JSON', 400, { body: '{"a":' }, /not valid JSON/],
    ['an empty body', 400, { body: '' }, /cannot be empty/],
    ['a body that would set a prototype', 400, { body: '{"__proto__":{"a":1}}' }, /not valid JSON/],
    ['a body that is too large', 413, { body: JSON.stringify('x'.repeat(LIMIT)) }, /too large/],
    ['another media type', 415, { headers: { 'content-type': 'application/xml' } }, /Unsupported Media Type/],
    ['another method', 404, { method: 'GET' }, /not found/],
    ['another path', 404, { path: '/graph' }, /not found/],
  ])('%s', async ([, status, sent, message]) => {
    const answer = await send(sent)
    expect(answer.status).toBe(status)
    expect(answer.body['message']).toMatch(message)
    expect(posted).toEqual([])
  })
})

test('a client that goes away in the middle of its body is forgotten', async () => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.write(
    'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"a"',
  )
  await once(socket, 'connect')
  socket.destroy()
  await once(socket, 'close')
  expect((await send()).status).toBe(201)
  expect(posted).toHaveLength(1)
})

test('closing waits for the answers under way, and ends their connections', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  gate = promise
  const answering = send()
  await expect.poll(() => posted.length).toBe(1)
  const closed = server[Symbol.asyncDispose]()
  await expect.poll(() => app.server.listening).toBe(false)
  resolve()
  const { status, headers } = await answering
  expect([status, headers.get('connection')]).toEqual([201, 'close'])
  await closed
})
