import { ApolloServer } from '@apollo/server'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startGraph, type Graph } from './support/graph.ts'
import { get, JSON_BODY, send, type Asked } from './support/refusals.ts'

let fast: Graph
let full: Graph
beforeAll(async () => {
  fast = await startGraph({ FAST_PATH: 'on' })
  full = await startGraph({ FAST_PATH: 'off' })
})
afterAll(async () => {
  await fast[Symbol.asyncDispose]()
  await full[Symbol.asyncDispose]()
})

const query = '{ user(handle: "alice") { handle } }'
/** Apollo Client 4 sends it with each request. */
const NAMED = { clientLibrary: { name: '@apollo/client', version: '4.0.0' } }
const KNOWN = {
  ...NAMED,
  persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') },
}

const post = (extensions: unknown): Asked => ({
  headers: JSON_BODY,
  body: JSON.stringify({ query, extensions }),
})
const byGet = (...extensions: string[]): Asked =>
  get(new URLSearchParams([['query', query], ...extensions.map((text) => ['extensions', text])]).toString())

/** Requests that must not need Apollo Server. */
const PLAIN: Record<string, Asked> = {
  'extensions, as Apollo Client 4 sends them': post(NAMED),
  'the same by GET': byGet(JSON.stringify(NAMED)),
  'the same with a persisted query': post(KNOWN),
  'a persisted query by GET': byGet(JSON.stringify(KNOWN)),
  'its hash alone': { headers: JSON_BODY, body: JSON.stringify({ extensions: KNOWN }) },
  'empty extensions': post({}),
}

const ODD: Record<string, Asked> = {
  'extensions that are null': post(null),
  'extensions that are text': post('{}'),
  'extensions that are a list': post([]),
  'a persisted query that is null': post({ persistedQuery: null }),
  'by GET, no JSON': byGet('{'),
  'by GET, no object': byGet('7'),
  'by GET, null': byGet('null'),
  'by GET, empty': byGet(''),
  'by GET, twice': byGet('{}', '{}'),
}

async function responseOf(graph: Graph, asked: Asked) {
  const { status, headers, text } = await send(graph, asked)
  return { status, text, type: headers['content-type'] }
}

test.each(Object.entries(PLAIN))('are served by the fast path: %s', async (_, asked) => {
  const inFull = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest')
  const { status, text } = await send(fast, asked)
  const calls = inFull.mock.calls.length
  inFull.mockRestore()
  expect([status, text, calls]).toEqual([200, '{"data":{"user":{"handle":"alice"}}}\n', 0])
})

test.each(Object.entries({ ...PLAIN, ...ODD }))(
  'get the same response with and without the fast path: %s',
  async (_, asked) => {
    await send(full, post(KNOWN))
    expect(await responseOf(fast, asked)).toEqual(await responseOf(full, asked))
  },
)
