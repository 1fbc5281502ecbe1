import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseStandaloneConfig } from '../../gateway/standalone/config.ts'
import { readSupergraph } from '../../gateway/supergraph/read-supergraph.ts'
import { INTERNAL_HEADER } from '../../platform/internal-auth.ts'
import { ask, compose, serve } from './support/gateways.ts'
import { startIdentityProvider } from './support/identity-provider.ts'
import { products, reviews } from './support/shop.ts'
import { FEDERATION, startSubgraph, type TestSubgraph } from './support/subgraph.ts'

let shop: TestSubgraph
let critics: TestSubgraph

beforeAll(async () => {
  shop = await startSubgraph(products)
  critics = await startSubgraph(reviews)
})
afterAll(async () => {
  await shop[Symbol.asyncDispose]()
  await critics[Symbol.asyncDispose]()
})

describe('headers', () => {
  test('only configured headers are passed on, and internal ones never', async () => {
    await using gateway = await serve([shop, critics], {
      headers: {
        propagate: ['X-Tenant'],
        insert: { 'x-gateway': 'tessera' },
        subgraphs: { reviews: { propagate: ['authorization'], insert: { 'x-gateway': 'for reviews' } } },
      },
    })
    const headers = {
      'x-tenant': 'acme',
      authorization: 'Bearer whatever',
      'x-secret': 'mine',
      cookie: 'a=b',
      [INTERNAL_HEADER]: 'v1.e30.AA',
    }
    await ask(gateway.url, '{ products { id reviewCount } }', { headers })
    const [toShop, toCritics] = [shop, critics].map(({ requests }) => requests.at(-1)?.headers ?? {})
    expect(toShop).toMatchObject({ 'x-tenant': 'acme', 'x-gateway': 'tessera' })
    expect(toShop).not.toHaveProperty('authorization')
    expect(toCritics).toMatchObject({
      'x-tenant': 'acme',
      'x-gateway': 'for reviews',
      authorization: 'Bearer whatever',
    })
    for (const sent of [toShop, toCritics]) {
      for (const name of [INTERNAL_HEADER, 'x-secret', 'cookie']) expect(sent).not.toHaveProperty(name)
    }
  })
})

test('requests are sent to the URLs in the config', async () => {
  await using other = await startSubgraph({
    ...products,
    resolvers: { ...products.resolvers, Query: { products: () => [{ id: '9', name: 'Lamp' }] } },
  })
  await using gateway = await serve([shop, critics], { routing: { products: other.url } })
  expect((await ask(gateway.url, '{ products { name } }')).body).toEqual({
    data: { products: [{ name: 'Lamp' }] },
  })
})

test('pages of listed origins can send the headers that are passed on', async () => {
  await using gateway = await serve([shop, critics], {
    headers: {
      propagate: ['X-Tenant'],
      insert: {},
      subgraphs: { reviews: { propagate: ['x-ab-test'], insert: {} } },
    },
    corsOrigins: ['https://Shop.example/'],
  })
  const preflight = (origin: string) =>
    fetch(`${gateway.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-ab-test,x-evil,x-tenant',
      },
    })
  const { headers } = await preflight('https://shop.example')
  expect(headers.get('access-control-allow-headers')?.split(', ')).toEqual([
    'content-type',
    'authorization',
    'tessera-consistency',
    'traceparent',
    'x-ab-test',
    'x-tenant',
  ])
  for (const origin of ['https://evil.example', 'http://localhost:3000']) {
    const refused = await preflight(origin)
    expect([refused.status, refused.headers.get('access-control-allow-headers')]).toEqual([403, null])
    expect(await refused.text()).toContain('Add the origin to `corsOrigins` of the gateway.')
  }
})

test('labels of @override are on, off, or on for a part of the requests, as configured', async () => {
  await using next = await startSubgraph({
    name: 'next',
    sdl: `type Product @key(fields: "id") { id: ID! name: String! @override(from: "products", label: "moved") }`,
    resolvers: { Product: { name: () => 'moved' } },
  })
  for (const [overrideLabels, name] of [
    [{}, 'Table'],
    [{ moved: true, gone: true }, 'moved'],
    [{ moved: false }, 'Table'],
    [{ moved: 100 }, 'moved'],
  ] as const) {
    await using gateway = await serve([shop, next], { engine: 'tessera', overrideLabels })
    for (const headers of [{}, { 'apollo-query-plan-experimental': '1' }] as Record<string, string>[]) {
      const { body } = await ask(gateway.url, '{ product(id: "1") { name } }', { headers })
      expect(body.data).toEqual({ product: { name } })
    }
  }
})

test('persisted queries are on unless the config disables them', async () => {
  const persisted = { version: 1, sha256Hash: '0'.repeat(64) }
  const body = JSON.stringify({ extensions: { persistedQuery: persisted } })
  const codeOf = async (config: object) => {
    await using gateway = await serve([shop, critics], config)
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body })
    return ((await response.json()) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions
      .code
  }
  expect(await codeOf({})).toBe('PERSISTED_QUERY_NOT_FOUND')
  expect(await codeOf({ persistedQueries: { ttlSeconds: 60 } })).toBe('PERSISTED_QUERY_NOT_FOUND')
  expect(await codeOf({ persistedQueries: false })).toBe('PERSISTED_QUERY_NOT_SUPPORTED')
})

test('limits and introspection are configurable', async () => {
  await using gateway = await serve([shop, critics], { limits: { depth: 1 }, introspection: false })
  const deep = await ask(gateway.url, '{ products { name } }')
  expect(deep.body.errors?.[0]?.extensions).toEqual({
    code: 'LIMIT_EXCEEDED',
    limit: 'depth',
    value: 2,
    bound: 1,
  })
  expect((await ask(gateway.url, '{ __schema { __typename } }')).status).toBe(400)
  expect((await fetch(gateway.url)).status).toBe(404)
})

test('tokens are verified with the keys of their issuer', async () => {
  await using provider = await startIdentityProvider('RS256')
  await using gateway = await serve([shop, critics], {
    jwt: [
      { issuer: 'one', jwksUrl: provider.jwksUrl, audience: 'shop' },
      { issuer: 'two', jwksUrl: `${provider.origin}/none` },
    ],
  })
  const status = async (issuer: string, audience = 'shop') => {
    const token = await provider.sign({ iss: issuer, aud: audience, sub: 'somebody' })
    const headers = { authorization: `Bearer ${token}` }
    return (await ask(gateway.url, '{ products { name } }', { headers })).status
  }
  expect(await status('one')).toBe(200)
  expect(await status('one', 'else')).toBe(401)
  expect(await status('two')).toBe(503)
  expect(await status('three')).toBe(401)
  expect((await ask(gateway.url, '{ products { name } }')).status).toBe(200)
})

test('the clock of an issuer can differ by `leewaySeconds`, 5 by default', async () => {
  await using provider = await startIdentityProvider('RS256')
  await using gateway = await serve([shop, critics], {
    jwt: [
      { issuer: 'usual', jwksUrl: provider.jwksUrl },
      { issuer: 'exact', jwksUrl: provider.jwksUrl, leewaySeconds: 0 },
      { issuer: 'loose', jwksUrl: provider.jwksUrl, leewaySeconds: 60 },
    ],
  })
  const status = async (issuer: string, claims: { begins?: number; ends?: number }) => {
    const now = Math.floor(Date.now() / 1000)
    const [nbf, exp] = [now + (claims.begins ?? -1), now + (claims.ends ?? 60)]
    const token = await provider.sign({ iss: issuer, sub: 'somebody', nbf, exp })
    const headers = { authorization: `Bearer ${token}` }
    return (await ask(gateway.url, '{ products { name } }', { headers })).status
  }
  expect(await status('usual', { ends: -1 })).toBe(200)
  expect(await status('usual', { begins: 4 })).toBe(200)
  expect(await status('usual', { ends: -6 })).toBe(401)
  expect(await status('usual', { begins: 20 })).toBe(401)
  expect(await status('exact', { ends: -1 })).toBe(401)
  expect(await status('exact', { begins: 4 })).toBe(401)
  expect(await status('loose', { ends: -50 })).toBe(200)
  expect(await status('loose', { begins: 50 })).toBe(200)
  expect(await status('loose', { ends: -61 })).toBe(401)
})

describe('a supergraph that cannot be served is rejected with the reason', () => {
  const link = FEDERATION.replace('v2.9', 'v2.9').replace(
    '"@tag"',
    '"@tag", "@authenticated", "@requiresScopes", "@policy"',
  )

  test.each([
    ['authenticated', '@authenticated'],
    ['requiresScopes', '@requiresScopes(scopes: [["read"]])'],
    ['policy', '@policy(policies: [["owner"]])'],
  ])('@%s', async (name, directive) => {
    const sdl = compose([
      { name: 'a', url: 'http://a.example', sdl: `${link} type Query { secret: String ${directive} }` },
    ])
    await expect(readSupergraph(sdl, 'super.graphql')).rejects.toThrow(
      new RegExp(
        `^super.graphql needs what this gateway does not enforce: @${name} \\(https://specs.apollo.dev/${name}/v0.1, for: SECURITY\\)`,
      ),
    )
  })

  test('@inaccessible is enforced and @tag is accepted', async () => {
    const fields = 'open: String @tag(name: "x") hidden: String @inaccessible'
    const sdl = compose([
      { name: 'a', url: 'http://a.example', sdl: `${FEDERATION} type Query { ${fields} }` },
    ])
    expect(sdl).toContain('for: SECURITY')
    expect((await readSupergraph(sdl, 'super.graphql')).subgraphs).toEqual(
      new Map([['a', 'http://a.example']]),
    )
  })

  test('invalid SDL, and SDL that is not a supergraph', async () => {
    await expect(readSupergraph('type Query {\n  a String\n}', 'super.graphql')).rejects.toThrow(
      'super.graphql:2:5 is not valid SDL: Syntax Error: Expected ":", found Name "String".',
    )
    await expect(readSupergraph('type Query { a: String }', 'super.graphql')).rejects.toThrow(
      'super.graphql is not a supergraph',
    )
  })
})

test('all errors in a config are reported at once', () => {
  const config = {
    routing: { products: 'ftp://x' },
    headers: {
      propagate: ['a b', 'Tessera-Internal', 'accept'],
      insert: { 'x-a': 'a\nb', Host: 'h' },
      subgraphs: { products: { propagate: ['TE'] } },
    },
    jwt: [{ issuer: '', jwksUrl: 'x', algorithms: ['HS256'], leewaySeconds: 61 }],
    timeoutMs: 0,
    overrideLabels: { much: 101, little: -1, other: 'yes' },
    corsOrigins: ['https://ok.example', 'shop.example'],
    typo: true,
  }
  const read = () => parseStandaloneConfig(JSON.stringify(config), 'c.json', ['products'])
  for (const place of [
    'routing.products',
    'headers.propagate.0',
    'headers.propagate.1',
    'headers.propagate.2: accept is never passed on',
    'headers.insert.x-a',
    'headers.insert.Host: Host is never passed on',
    'headers.subgraphs.products.propagate.0: TE is never passed on',
    'jwt.0.issuer',
    'jwt.0.jwksUrl',
    'jwt.0.algorithms.0',
    'jwt.0.leewaySeconds',
    'timeoutMs',
    'overrideLabels.much',
    'overrideLabels.little',
    'overrideLabels.other',
    'corsOrigins.1: "shop.example" has no scheme; expected an origin such as https://shop.example',
    '(top)',
  ]) {
    expect(read).toThrow(`c.json: ${place}`)
  }
  expect(() => parseStandaloneConfig('{"routing":{"prodcts":"http://x"}}', 'c.json', ['products'])).toThrow(
    'c.json: routing: there is no subgraph "prodcts".\nThe supergraph has: products.',
  )
  expect(() => parseStandaloneConfig('{"pipelining":["prodcts"]}', 'c.json', ['products'])).toThrow(
    'c.json: pipelining: there is no subgraph "prodcts".',
  )
  expect(() => parseStandaloneConfig('{', 'c.json', [])).toThrow('c.json is not valid JSON')
})
