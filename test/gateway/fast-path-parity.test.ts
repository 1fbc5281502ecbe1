import { ApolloServer } from '@apollo/server'
import { getIntrospectionQuery } from 'graphql'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { startGraph, type Graph } from './support/graph.ts'
import { isAnswered } from './support/apollo-faults.ts'
import { signed, startWriters, reportWrites, type Writers } from './support/writers.ts'

let fast: Graph
let full: Graph

beforeAll(async () => {
  fast = await startGraph({ CORS_ORIGINS: 'https://app.example', FAST_PATH: 'on' })
  full = await startGraph({ CORS_ORIGINS: 'https://app.example', FAST_PATH: 'off' })
})
afterAll(async () => {
  await fast[Symbol.asyncDispose]()
  await full[Symbol.asyncDispose]()
})
beforeEach(() => {
  for (const graph of [fast, full]) graph.users.misbehave = null
})

type Asked = { method?: string; path?: string; headers?: Record<string, string>; body?: string | Buffer }

/** Everything that a client can see of a response, except for request ids and the time. */
async function responseOf(
  { gateway }: { gateway: { url: string } },
  { method = 'POST', path = '/graphql', headers = {}, body }: Asked,
) {
  const { hostname, port } = new URL(gateway.url)
  const asked = request({
    hostname,
    port,
    method,
    path,
    headers: {
      ...(body !== undefined && {
        'content-type': 'application/json',
        ...(!headers['transfer-encoding'] && { 'content-length': Buffer.byteLength(body) }),
      }),
      ...headers,
    },
  })
  asked.end(body)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const { date: _date, 'x-request-id': _id, ...rest } = response.headers
  const answer = (await text(response)).replaceAll(/"requestId":"[^"]+"/g, '"requestId":"…"')
  return { status: response.statusCode, headers: rest, body: answer }
}

const USER = '{ user(handle: "alice") { handle } }'
const post = (params: unknown, headers: Record<string, string> = {}): Asked => ({
  headers,
  body: JSON.stringify(params),
})
const get = (params: Record<string, string>, headers: Record<string, string> = {}): Asked => ({
  method: 'GET',
  path: `/graphql?${new URLSearchParams(params).toString()}`,
  headers: { 'apollo-require-preflight': '1', ...headers },
})

const NAMED = 'query A { user(handle: "alice") { handle } } query B { __typename }'
const VARIABLES =
  'query ($handle: String!, $deep: Boolean = false) { user(handle: $handle) { id handle @include(if: $deep) } }'
const INTROSPECTION = getIntrospectionQuery({ experimentalDirectiveDeprecation: true, oneOf: true }).replace(
  '{',
  '{ ...Data',
)

const REQUESTS: Record<string, Asked> = {
  'a query': post({ query: USER }),
  'a query with variables': post({ query: VARIABLES, variables: { handle: 'alice', deep: true } }),
  'a named operation': post({ query: NAMED, operationName: 'B' }),
  'absent parts as null': post({ query: USER, operationName: null, variables: null }),
  introspection: post({ query: '{ __schema { queryType { name } } }' }),
  'all of introspection beside data': post({ query: `${INTROSPECTION} fragment Data on Query ${USER}` }),
  'a query by GET': get({ query: USER }),
  'a query with variables by GET': get({ query: VARIABLES, variables: '{"handle":"alice"}' }),
  'the query plan beside the answer': post({ query: USER }, { 'apollo-query-plan-experimental': '1' }),
  'a page of another origin that is listed': post({ query: USER }, { origin: 'https://app.example' }),
  'a page of another origin that is not': post({ query: USER }, { origin: 'https://evil.example' }),
  'a body of unknown length': {
    headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    body: `{"query":"${USER.replaceAll('"', '\\"')}"}`,
  },

  'a syntax error': post({ query: '{ user' }),
  'an unknown field': post({ query: '{ usr }' }),
  'no query': post({}),
  'an empty query': post({ query: '' }),
  'a query that is no text': post({ query: 7 }),
  'a batch': post([{ query: USER }]),
  'no JSON': { body: '{"query":' },
  'an empty body': { body: '' },
  'a prototype in the body': { body: `{"query":"{ __typename }","variables":{"__proto__":{"a":1}}}` },
  'a byte order mark': { body: `\ufeff{"query":"{ __typename }"}` },
  'bytes that are no UTF-8': {
    body: Buffer.from('{"query":"{ user(handle: \\"\xff\\") { handle } }"}', 'latin1'),
  },
  'variables as text': post({ query: USER, variables: '{}' }),
  'a variable that does not fit': post({ query: VARIABLES, variables: { handle: 7 } }),
  'an unknown operation': post({ query: NAMED, operationName: 'C' }),
  'an ambiguous operation': post({ query: NAMED }),
  'a persisted query': post({ query: USER, extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }),
  'a persisted query by GET': {
    method: 'GET',
    path: `/graphql?query=%7B__typename%7D&%65xtensions=${encodeURIComponent('{"persistedQuery":{"version":1}}')}`,
    headers: { 'apollo-require-preflight': '1' },
  },
  'a host that no URL has': post({ query: USER }, { host: '256.1.1.1' }),
  'extensions that are no object': post({ query: USER, extensions: 'x' }),
  'a mutation that nobody serves': post({ query: 'mutation { __typename }' }),
  'a mutation by GET': get({ query: 'mutation { __typename }' }),
  'a GET without preflight': get({ query: USER }, { 'apollo-require-preflight': '' }),
  'a GET with a body type': get({ query: USER }, { 'content-type': 'application/json' }),
  'a form': post({ query: USER }, { 'content-type': 'text/plain' }),
  'another charset': post({ query: USER }, { 'content-type': 'application/json; charset=latin1' }),
  'too large an operation': post({ query: `{ ${'a: __typename '.repeat(3_000)} }` }),
  'too many nodes': post({ query: 'query ($n: Int) { feed(first: $n) { id } }', variables: { n: 1e6 } }),
  'a bad token': post({ query: USER }, { authorization: 'Bearer nonsense' }),
  'no bearer': post({ query: USER }, { authorization: 'Basic YTpi' }),
  'a host that is none': post({ query: USER }, { host: 'a b' }),
  'an accept that is not met': post({ query: USER }, { accept: 'image/png' }),
}

const ACCEPTED = [
  '*/*',
  'application/json',
  'application/graphql-response+json',
  'application/graphql-response+json,application/json;q=0.9',
  'application/graphql-response+json;q=0.3, application/json;q=0.8',
  'application/json, text/plain, */*',
  'multipart/mixed;deferSpec=20220824,application/json',
  'text/html,*/*;q=0.1',
  'application/*',
  '',
]

/** Requests that must not need Apollo Server. */
const PLAIN = [
  'a query',
  'a query with variables',
  'a named operation',
  'absent parts as null',
  'introspection',
  'all of introspection beside data',
  'a query by GET',
  'a query with variables by GET',
  'a page of another origin that is listed',
  'a page of another origin that is not',
  'a body of unknown length',
  'a byte order mark',
]

test('only plain and valid requests are served without Apollo Server', async () => {
  const inFull = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest')
  const found: string[] = []
  for (const [name, asked] of Object.entries(REQUESTS)) {
    const { status } = await responseOf(fast, asked)
    if (inFull.mock.calls.length === 0 && status === 200) found.push(name)
    inFull.mockClear()
  }
  inFull.mockRestore()
  expect(found).toEqual(PLAIN.filter(isAnswered))
})

test('a known persisted query is served without Apollo Server', async () => {
  const query = `query Known ${USER}`
  const extensions = {
    persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') },
  }
  const inFull = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest')
  for (const params of [{ query, extensions }, { extensions }]) {
    expect((await responseOf(fast, post(params))).status).toBe(200)
  }
  const byGet = get({ extensions: JSON.stringify(extensions) }, { 'apollo-require-preflight': '1' })
  expect((await responseOf(fast, byGet)).status).toBe(200)
  expect(inFull).not.toHaveBeenCalled()
  inFull.mockRestore()
})

describe('the responses of the fast path and Apollo Server are identical to the byte', () => {
  test.each(Object.entries(REQUESTS))('%s', async (_name, asked) => {
    expect(await responseOf(fast, asked)).toEqual(await responseOf(full, asked))
  })

  test.each(ACCEPTED)('accept: %s', async (accept) => {
    const asked = post({ query: USER }, { accept })
    expect(await responseOf(fast, asked)).toEqual(await responseOf(full, asked))
  })

  test('with errors of a subgraph besides the data', async () => {
    for (const graph of [fast, full]) {
      graph.users.misbehave = (reply) =>
        reply.send({
          data: { user: null },
          errors: [
            { message: 'Not for you.', path: ['user'], extensions: { code: 'FORBIDDEN', stacktrace: ['x'] } },
          ],
        })
    }
    const answer = await responseOf(fast, post({ query: USER }))
    expect(answer).toEqual(await responseOf(full, post({ query: USER })))
    expect(answer.body).toBe(
      '{"errors":[{"message":"Not for you.","path":["user"],"extensions":{"code":"FORBIDDEN"}}],"data":{"user":null}}\n',
    )
  })

  test('with a subgraph that is down', async () => {
    for (const graph of [fast, full]) graph.users.misbehave = (reply) => reply.code(500).send('x')
    expect(await responseOf(fast, post({ query: USER }))).toEqual(
      await responseOf(full, post({ query: USER })),
    )
  })

  test('signed in', async () => {
    const [a, b] = await Promise.all(
      [fast, full].map(async (graph) =>
        responseOf(graph, post({ query: USER }, { authorization: `Bearer ${await graph.token()}` })),
      ),
    )
    expect(a).toEqual(b)
  })
})

describe('consistency tokens, to the byte', () => {
  let plain: Writers
  let whole: Writers
  beforeAll(async () => {
    ;[plain, whole] = await Promise.all([startWriters({ fastPath: true }), startWriters({ fastPath: false })])
  })
  afterAll(async () => {
    await Promise.all([plain, whole].map((graph) => graph[Symbol.asyncDispose]()))
  })
  beforeEach(() => {
    for (const graph of [plain, whole]) {
      graph.reset()
      graph.users.extensions = (recorded) => ({
        ...reportWrites(['users', 4, ['12']])(recorded),
        ...(recorded.query.includes('seen') && { stale: ['posts', 'followers'] }),
      })
    }
  })

  const token = signed([['users', 4, ['5']]])
  const sent = { 'tessera-consistency': token }
  const RENAME = 'mutation { rename(handle: "a") { handle } }'
  const STALE = 'mutation { rename(handle: "a") { seen } }'
  const FAILING = 'mutation { rename(handle: "a") { id } refuse }'

  test.each(
    Object.entries<[asked: Asked, status: number, added: string[]]>({
      'a mutation': [post({ query: RENAME }), 200, ['consistency']],
      'of a page of another origin': [
        post({ query: RENAME }, { origin: 'https://app.example' }),
        200,
        ['consistency'],
      ],
      'with a token': [post({ query: RENAME }, sent), 200, ['consistency']],
      'with a token in a cookie': [
        post({ query: RENAME }, { cookie: `tessera-consistency=${token}` }),
        200,
        ['consistency'],
      ],
      'an error after the write': [post({ query: FAILING }), 200, ['consistency']],
      'a write and a stale copy': [post({ query: STALE }), 200, ['consistency', 'stale']],
      'a query that shows a stale copy': [
        post({ query: '{ user(id: "u1") { seen } }' }, sent),
        200,
        ['stale'],
      ],
      'a query with a token': [post({ query: '{ feed { text } }' }, sent), 200, []],
      'an empty token': [post({ query: '{ feed { text } }' }, { 'tessera-consistency': ' , ' }), 200, []],
      'a bad token': [post({ query: RENAME }, { 'tessera-consistency': 'x' }), 400, []],
      'a bad token in a cookie': [post({ query: RENAME }, { cookie: 'tessera-consistency=x' }), 400, []],
      'a bad token of a page': [
        post({ query: RENAME }, { 'tessera-consistency': 'x', origin: 'https://app.example' }),
        400,
        [],
      ],
    }),
  )('%s', async (_name, [asked, status, added]) => {
    const answer = await responseOf(plain, asked)
    expect(answer).toEqual(await responseOf(whole, asked))
    const { extensions = {} } = JSON.parse(answer.body) as { extensions?: object }
    expect([answer.status, Object.keys(extensions)]).toEqual([status, added])
    expect(answer.headers['tessera-consistency'] !== undefined).toBe(added.includes('consistency'))
  })

  test('a response with a token needs no Apollo Server', async () => {
    const inFull = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest')
    await responseOf(plain, post({ query: STALE }, sent))
    expect(inFull).not.toHaveBeenCalled()
    inFull.mockRestore()
  })
})
