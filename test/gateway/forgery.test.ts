import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Answer } from './support/gateways.ts'
import { startGraph, type Graph } from './support/graph.ts'

let fast: Graph
let full: Graph
let open: Graph
beforeAll(async () => {
  const env = { NODE_ENV: 'production', CORS_ORIGINS: 'https://app.example' }
  fast = await startGraph(env)
  full = await startGraph({ ...env, FAST_PATH: 'off' })
  open = await startGraph({ NODE_ENV: 'production', CORS_ORIGINS: '*' })
})
afterAll(async () => {
  await Promise.all([fast, full, open].map((graph) => graph[Symbol.asyncDispose]()))
})
beforeEach(() => {
  for (const graph of [fast, full, open]) graph.users.requests = []
})

const QUERY = '{ user(handle: "alice") { handle } }'

/** Sends a GET with only these headers. `fetch` would add others. */
async function get(graph: Graph, headers: Record<string, string>, query = QUERY) {
  const { hostname, port } = new URL(graph.gateway.url)
  const path = `/graphql?${new URLSearchParams({ query }).toString()}`
  const asked = request({ hostname, port, path, headers })
  asked.end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const body = JSON.parse((await text(response)) || '{}') as Answer['body']
  return { status: response.statusCode, headers: response.headers, body }
}

const JSON_ACCEPT = 'application/graphql-response+json, application/json'
const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
/** The headers of a current browser for a fetch by a page of another site. */
const CROSS = {
  'user-agent': CHROME,
  accept: JSON_ACCEPT,
  origin: 'https://evil.example',
  'sec-fetch-site': 'cross-site',
  'sec-fetch-mode': 'cors',
  'sec-fetch-dest': 'empty',
}
const { origin: _origin, ...NO_ORIGIN } = CROSS
const OLD = { 'user-agent': CHROME, accept: JSON_ACCEPT }
const PROGRAM = { 'user-agent': 'node', accept: JSON_ACCEPT }

describe('a GET that a page of another site can cause is not executed', () => {
  test.each(
    Object.entries<Record<string, string>>({
      'a fetch of another site': CROSS,
      'of another origin of the same site': { ...CROSS, 'sec-fetch-site': 'same-site' },
      'of a sandboxed frame': { ...CROSS, origin: 'null' },
      'without CORS, which may set Accept as well': { ...NO_ORIGIN, 'sec-fetch-mode': 'no-cors' },
      'an image': {
        ...NO_ORIGIN,
        accept: 'image/avif,image/webp,*/*;q=0.8',
        'sec-fetch-mode': 'no-cors',
        'sec-fetch-dest': 'image',
      },
      'a script': { ...NO_ORIGIN, accept: '*/*', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' },
      'an image of the same origin, which a person may have posted': {
        ...NO_ORIGIN,
        accept: 'image/avif,*/*;q=0.8',
        'sec-fetch-site': 'same-origin',
        'sec-fetch-mode': 'no-cors',
        'sec-fetch-dest': 'image',
      },
      'a frame of the same origin': {
        ...NO_ORIGIN,
        'sec-fetch-site': 'same-origin',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'iframe',
      },
      'a redirect by another site of a fetch of the same origin': {
        ...NO_ORIGIN,
        'sec-fetch-site': 'cross-site',
      },
      'by a browser that sends no Sec-Fetch-*, on plain HTTP or old': OLD,
      'the same, of another origin': { ...OLD, origin: 'https://evil.example' },
      'with a cookie, and no more signs of a browser': { ...PROGRAM, cookie: 'a=b' },
      'with a referer': { ...PROGRAM, referer: 'https://evil.example/' },
      'with an origin': { ...PROGRAM, origin: 'https://evil.example' },
      'with credentials that browsers attach by themselves': { ...CROSS, authorization: 'Basic YTpi' },
      'with a header that web views attach by themselves': {
        ...NO_ORIGIN,
        'x-requested-with': 'com.example.app',
      },
      'with a type that forms have': { ...CROSS, 'content-type': 'text/plain' },
      'with a type that only contains JSON': { ...CROSS, 'content-type': 'text/plain; application/json' },
      'with an empty header of a preflight': { ...CROSS, 'apollo-require-preflight': '' },
      'with a consistency token, which opens nothing': { ...CROSS, 'tessera-consistency': 'x' },
      'a program that does not ask for JSON': { 'user-agent': 'curl/8', accept: '*/*' },
      'a program that asks for nothing': {},
      'an origin that only begins as one that is allowed': {
        ...CROSS,
        origin: 'https://app.example.evil.example',
      },
      'a page of this machine, in production': { ...CROSS, origin: 'http://localhost:3000' },
      'several values of Sec-Fetch-Site': { ...NO_ORIGIN, 'sec-fetch-site': 'same-origin, cross-site' },
    }),
  )('%s', async (_name, headers) => {
    for (const graph of [fast, full, open]) {
      const response = await get(graph, headers)
      expect([response.status, response.body.errors?.[0]?.extensions['code']]).toEqual([400, 'BAD_REQUEST'])
      expect(response.headers['cache-control']).toBe('no-store')
      expect(response.headers.vary).toBe('Origin, Accept-Encoding, Accept, Sec-Fetch-Site, Sec-Fetch-Mode')
      expect(graph.users.requests).toHaveLength(0)
    }
  })
})

describe('a GET that no page of another site can cause is executed', () => {
  test.each(
    Object.entries<Record<string, string>>({
      'a fetch of a page of the same origin': { ...NO_ORIGIN, 'sec-fetch-site': 'same-origin' },
      'in the mode of the same origin': {
        ...NO_ORIGIN,
        'sec-fetch-site': 'same-origin',
        'sec-fetch-mode': 'same-origin',
      },
      'a fetch of an origin that is allowed, which could have sent a preflight': {
        ...CROSS,
        origin: 'https://app.example',
      },
      'the same, by a browser without Sec-Fetch-*': { ...OLD, origin: 'https://app.example' },
      'after a preflight': { ...CROSS, 'apollo-require-preflight': '1' },
      'after a preflight for Apollo Client': { ...CROSS, 'x-apollo-operation-name': 'Q' },
      'after a preflight as other servers ask for it': { ...CROSS, 'graphql-require-preflight': 'true' },
      'with a JSON type, which needs a preflight': {
        ...CROSS,
        'content-type': 'application/json; charset=utf-8',
      },
      'a program with the fetch of Node': {
        ...PROGRAM,
        'accept-language': '*',
        'sec-fetch-mode': 'cors',
        'accept-encoding': 'gzip, deflate',
      },
      'a program that names itself otherwise': { 'user-agent': 'okhttp/4.12', accept: 'application/json' },
      'a program that does not name itself': { accept: 'application/json;q=0.9, */*;q=0.1' },
    }),
  )('%s', async (_name, headers) => {
    for (const graph of [fast, full]) {
      const response = await get(graph, headers)
      expect([response.status, response.body.data]).toEqual([200, { user: { handle: 'alice' } }])
      expect(response.headers.vary).toBe('Origin, Accept-Encoding, Accept, Sec-Fetch-Site, Sec-Fetch-Mode')
      expect(response.headers['cache-control']).toBe('no-store')
    }
  })

  test('with a bearer token, which browsers do not attach automatically', async () => {
    const response = await get(fast, { ...CROSS, authorization: `Bearer ${await fast.token()}` })
    expect([response.status, response.body.data]).toEqual([200, { user: { handle: 'alice' } }])
  })
})

test('a mutation by GET is never executed', async () => {
  for (const graph of [fast, full]) {
    for (const headers of [
      PROGRAM,
      { ...CROSS, 'apollo-require-preflight': '1' },
      { ...CROSS, origin: 'https://app.example' },
    ]) {
      const { status, headers: sent } = await get(graph, headers, 'mutation { __typename }')
      expect([status, sent.allow]).toEqual([405, 'POST'])
    }
    expect(graph.users.requests).toHaveLength(0)
  }
})

test('the error says what to send and which setting allows an origin', async () => {
  const refusal = async (headers: Record<string, string>) =>
    (await get(fast, headers)).body.errors?.[0]?.message
  const message = await refusal(OLD)
  expect(message).toContain(
    'Send the header `apollo-require-preflight: 1` with it, or use POST with `content-type: application/json`.',
  )
  expect(message).toContain('can send `accept: application/json` instead')
  expect(message).not.toContain('CORS_ORIGINS')
  expect(await refusal(CROSS)).toContain('Add the origin to CORS_ORIGINS of the gateway.')
})

test('GET requests of urql and graphql-request are executed', async () => {
  const url = new URL(`${fast.gateway.url}/graphql`)
  url.search = new URLSearchParams({ query: QUERY, variables: '{}' }).toString()
  for (const accept of [
    'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
    'application/graphql-response+json, application/json',
  ]) {
    const response = await fetch(url, { headers: { accept } })
    expect([response.status, await response.json()]).toEqual([200, { data: { user: { handle: 'alice' } } }])
  }
})
