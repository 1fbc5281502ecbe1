import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from './support/gateways.ts'
import { startGraph, type Graph } from './support/graph.ts'

let graph: Graph
let production: Graph

beforeAll(async () => {
  graph = await startGraph({ CORS_ORIGINS: 'https://app.example, https://other.example' })
  production = await startGraph({ NODE_ENV: 'production' })
})
afterAll(async () => {
  await graph[Symbol.asyncDispose]()
  await production[Symbol.asyncDispose]()
})

const call = (path: string, init: RequestInit = {}) => fetch(`${graph.gateway.url}${path}`, init)
const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  call('/graphql', { method: 'POST', headers, body })

async function errorOf(response: Response) {
  const { errors } = (await response.json()) as Answer['body']
  return errors?.[0] ?? { message: '', extensions: {} }
}

function preflight(origin: string, headers: Record<string, string> = {}, at: Graph = graph) {
  return fetch(`${at.gateway.url}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers':
        'content-type,authorization,x-apollo-operation-name,apollo-require-preflight,x-evil',
      ...headers,
    },
  })
}

describe('cors', () => {
  test.each([
    'https://studio.apollographql.com',
    'https://sandbox.embed.apollographql.com',
    'https://app.example',
    'https://other.example',
  ])('a preflight of %s gets a response', async (origin) => {
    const { status, headers } = await preflight(origin)
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe(origin)
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    expect(headers.get('access-control-allow-methods')).toBe('GET, POST')
    expect(headers.get('access-control-allow-headers')?.split(', ')).toEqual([
      'content-type',
      'authorization',
      'tessera-consistency',
      'traceparent',
      'x-apollo-operation-name',
      'apollo-require-preflight',
    ])
  })

  test('a page that is not listed cannot read responses', async () => {
    const { headers } = await preflight('https://evil.example')
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })

  test('an allowed page can read responses and errors', async () => {
    for (const authorization of ['', 'Bearer nonsense']) {
      const { headers } = await post('{"query":"{ __typename }"}', {
        'content-type': 'application/json',
        origin: 'https://app.example',
        ...(authorization && { authorization }),
      })
      expect(headers.get('access-control-allow-origin')).toBe('https://app.example')
    }
  })

  test('listed pages can access a private network, outside production', async () => {
    const asked = { 'access-control-request-private-network': 'true' }
    const name = 'access-control-allow-private-network'
    expect((await preflight('https://studio.apollographql.com', asked)).headers.get(name)).toBe('true')
    expect((await preflight('https://evil.example', asked)).headers.get(name)).toBeNull()
    expect(
      (await preflight('https://studio.apollographql.com', asked, production)).headers.get(name),
    ).toBeNull()
  })

  test.each([
    'http://localhost:5173',
    'http://127.0.0.1:3000',
    'http://[::1]:4200',
    'https://shop.localhost',
  ])(
    'the dev server at %s can use the API with cookies in development, but not in production',
    async (origin) => {
      const { status, headers } = await preflight(origin)
      expect([status, headers.get('access-control-allow-origin')]).toEqual([204, origin])
      expect(headers.get('access-control-allow-credentials')).toBe('true')
      const answered = await post('{"query":"{ __typename }"}', {
        'content-type': 'application/json',
        origin,
      })
      expect(answered.headers.get('access-control-allow-origin')).toBe(origin)
      const refused = await preflight(origin, {}, production)
      expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null])
    },
  )

  test.each([
    [
      'https://evil.example',
      'Pages of the origin "https://evil.example" may not use this API. Add the origin to CORS_ORIGINS of the gateway.',
    ],
    [
      'null',
      'The page has the origin "null", as local files and sandboxed frames do. This origin cannot be allowed. Serve the page over http, and list its origin in CORS_ORIGINS.',
    ],
  ])('the error for %s names the setting that allows it', async (origin, message) => {
    const response = await preflight(origin)
    expect([response.status, response.headers.get('vary')]).toEqual([403, 'Origin'])
    expect(await errorOf(response)).toEqual({ message, extensions: { code: 'BAD_REQUEST' } })
  })

  test.each([
    'apollographql-client-name',
    'apollographql-client-version',
    'Apollographql-Client-Name',
    'graphql-client-name',
    'graphql-require-preflight',
    'tracestate',
    'baggage',
    'sentry-trace',
    'accept',
  ])('a page can send %s, as clients do automatically', async (name) => {
    const { headers } = await preflight('https://app.example', {
      'access-control-request-headers': `content-type,${name}`,
    })
    expect(headers.get('access-control-allow-headers')?.split(', ')).toContain(name.toLowerCase())
  })

  test('with *, any page can read responses without credentials', async () => {
    await using open = await startGraph({ CORS_ORIGINS: '*' })
    const { headers } = await preflight('https://anybody.example', {}, open)
    expect(headers.get('access-control-allow-origin')).toBe('https://anybody.example')
    expect(headers.get('access-control-allow-credentials')).toBeNull()
  })
})

describe('requests that browsers send without a preflight are rejected', () => {
  test('a form', async () => {
    const { status } = await post('{"query":"{ __typename }"}', { 'content-type': 'text/plain' })
    expect(status).toBe(415)
  })

  test('a link, unless it has a header that needs a preflight', async () => {
    const link = '/graphql?query=%7B__typename%7D'
    expect((await call(link)).status).toBe(400)
    const allowed = await call(link, { headers: { 'apollo-require-preflight': '1' } })
    expect(await allowed.json()).toEqual({ data: { __typename: 'Query' } })
  })
})

describe('invalid requests get JSON with the reason', () => {
  const code = async (response: Response) => [response.status, (await errorOf(response)).extensions['code']]

  test('a body over 1 MiB', async () => {
    const response = await post(JSON.stringify({ query: `{ __typename } #${'x'.repeat(10_000_000)}` }))
    expect(response.status).toBe(413)
    expect(await errorOf(response)).toMatchObject({
      message: expect.stringContaining('1048576 bytes') as string,
      extensions: { code: 'LIMIT_EXCEEDED', limit: 'body' },
    })
  })

  test('truncated JSON', async () => {
    expect(await code(await post('{"query":'))).toEqual([400, 'BAD_REQUEST'])
  })

  test('a batch', async () => {
    expect((await post('[{"query":"{ __typename }"}]')).status).toBe(400)
  })

  test('an operation beyond a limit, by POST or GET', async () => {
    const query = `{ ${Array.from({ length: 10_000 }, (_, i) => `a${i}: __typename`).join(' ')} }`
    expect(await code(await post(JSON.stringify({ query })))).toEqual([400, 'LIMIT_EXCEEDED'])
    const nodes = 'query ($n: Int) { feed(first: $n) { id } }'
    const search = new URLSearchParams({ query: nodes, variables: '{"n":1000000}' })
    const got = await call(`/graphql?${search.toString()}`, { headers: { 'apollo-require-preflight': '1' } })
    expect(await code(got)).toEqual([400, 'LIMIT_EXCEEDED'])
    expect(graph.posts.requests).toHaveLength(0)
  })

  test('a syntax error, an unknown field, an invalid variable: no stack, no internals', async () => {
    for (const [body, expected] of [
      [{ query: '{ user' }, 'GRAPHQL_PARSE_FAILED'],
      [{ query: '{ usr }' }, 'GRAPHQL_VALIDATION_FAILED'],
      [{ query: 'query ($n: Int) { feed(first: $n) { id } }', variables: { n: 'x' } }, 'BAD_USER_INPUT'],
    ] as const) {
      const response = await post(JSON.stringify(body))
      expect(response.status).toBe(400)
      expect((await errorOf(response)).extensions).toEqual({ code: expected })
    }
  })

  test('another path, another method', async () => {
    expect(await code(await call('/nowhere'))).toEqual([404, 'NOT_FOUND'])
    const put = await call('/graphql', {
      method: 'PUT',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    })
    expect(put.headers.get('allow')).toBe('GET, POST')
    expect(await code(put)).toEqual([405, 'BAD_REQUEST'])
  })
})

test('health', async () => {
  expect(await (await call('/healthz')).json()).toEqual({ status: 'alive' })
  expect(await (await call('/readyz')).json()).toEqual({
    status: 'ready',
    dependencies: { keys: 'ready', revocations: 'ready' },
    reported: { users: 'ready', posts: 'ready', followers: 'ready', revocations: 'ready' },
  })
})

describe('a request with an invalid address is rejected', () => {
  test.each(['a b', '[', 'h%'])('Host: %s', async (host) => {
    const { hostname, port } = new URL(graph.gateway.url)
    const headers = { host, 'content-type': 'application/json' }
    const asked = request({ hostname, port, path: '/graphql', method: 'POST', headers })
    asked.end('{"query":"{ __typename }"}')
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    expect([response.statusCode, await json(response)]).toEqual([
      400,
      {
        errors: [
          {
            message: `The Host header ${JSON.stringify(host)} names no host. Send the host name or address of this API.`,
            extensions: { code: 'BAD_REQUEST' },
          },
        ],
      },
    ])
  })
})

describe('explorers', () => {
  test('the landing page embeds Apollo Sandbox and links to GraphiQL', async () => {
    const html = await (await call('/')).text()
    expect(html).toContain('EmbeddedSandbox')
    expect(html).toContain('href="/graphiql"')
    // A browser that cannot load Apollo's script goes to GraphiQL.
    expect(html).toContain(`onerror="location.replace('/graphiql')"`)
  })

  test('GraphiQL and everything it loads come from the gateway', async () => {
    const html = await (await call('/graphiql')).text()
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '')
    expect(files).toHaveLength(4)
    for (const file of files) {
      expect(file).toMatch(/^\/graphiql\//)
      const response = await call(file)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toMatch(file.endsWith('.css') ? 'text/css' : 'javascript')
      expect((await response.text()).length).toBeGreaterThan(5_000)
    }
  })

  test('production has no pages and no introspection', async () => {
    const at = production.gateway.url
    for (const path of ['/', '/graphiql', '/graphiql/graphiql.min.js'])
      expect((await fetch(at + path)).status).toBe(404)
    const ask = async (query: string) => {
      const headers = { 'content-type': 'application/json' }
      return fetch(`${at}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
    }
    expect((await errorOf(await ask('{ __schema { types { name } } }'))).message).toMatch(/introspection/i)
    expect((await errorOf(await ask('{ usr }'))).message).not.toContain('user')
    const result = await ask('{ user(handle: "alice") { handle } }')
    expect(await result.json()).toEqual({ data: { user: { handle: 'alice' } } })
  })
})
