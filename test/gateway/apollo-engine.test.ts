import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseStandaloneConfig } from '../../gateway/standalone/config.ts'
import { loadApolloEngine } from '../../gateway/apollo-engine/load-apollo-engine.ts'
import { createAdmission } from '../../gateway/execution/admission.ts'
import { inheritedEnv } from '../../platform/config/read-config.ts'
import { ask, compose, quiet, serve } from './support/gateways.ts'
import { ALICE, BOB, startGraph } from './support/graph.ts'
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

const REVIEWED = 'query Reviewed { products { name reviewCount } }'
const REVIEWED_DATA = {
  products: [
    { name: 'Table', reviewCount: 1 },
    { name: 'Chair', reviewCount: 1 },
  ],
}

/** Apollo's executor numbers the operations that it sends. Our own engine does not. */
const SENT_BY = { tessera: /^query Reviewed__products\b(?!__0)/, apollo: /^query Reviewed__products__0\b/ }

test.each(['tessera', 'apollo'] as const)('`"engine": "%s"` executes the operations', async (engine) => {
  await using gateway = await serve([shop, critics], { engine })
  shop.requests.length = 0
  expect((await ask(gateway.url, REVIEWED)).body).toEqual({ data: REVIEWED_DATA })
  expect(shop.requests.at(-1)?.query).toMatch(SENT_BY[engine])
})

describe('GATEWAY_ENGINE=apollo', () => {
  test('serves our own supergraph: signed requests, nodes, and an error for each missing entity', async () => {
    await using graph = await startGraph({ GATEWAY_ENGINE: 'apollo' })
    const { body } = await ask(
      graph.gateway.url,
      `query Q { nodes(ids: ["${BOB}", "user_x", "${ALICE}", "${BOB}"]) { id ... on User { handle followers { handle } } } }`,
    )
    const followers = [{ handle: 'bob' }, null, { handle: 'alice' }]
    const of = (id: string, handle: string) => ({ id, handle, followers })
    expect(body.data).toEqual({ nodes: [of(BOB, 'bob'), null, of(ALICE, 'alice'), of(BOB, 'bob')] })
    expect(body.errors?.map(({ path, extensions: { code } }) => [path?.slice(0, 4), code])).toEqual(
      [0, 2, 3].map((i) => [['nodes', i, 'followers', 1], 'NOT_FOUND']),
    )
  })

  test('reports a subgraph that does not respond, with its name and the path', async () => {
    await using gateway = await serve([shop, critics], { engine: 'apollo' })
    critics.misbehave = (reply) => reply.code(500).send('x')
    try {
      const { body } = await ask(gateway.url, REVIEWED)
      expect(body.data).toEqual({
        products: REVIEWED_DATA.products.map((product) => ({ ...product, reviewCount: null })),
      })
      expect(body.errors).toMatchObject([
        { path: ['products'], extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'reviews' } },
      ])
      const root = await ask(gateway.url, '{ latest { stars } products { name } }')
      expect(root.body.errors).toMatchObject([
        { path: ['latest'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
      ])
      expect(root.body.data).toMatchObject({ latest: null, products: [{ name: 'Table' }, { name: 'Chair' }] })
    } finally {
      critics.misbehave = null
    }
  })

  test('masks unintended errors of a subgraph, and adds nothing to intended ones', async () => {
    await using gateway = await serve([shop], { engine: 'apollo' })
    const masked = await ask(gateway.url, '{ boom }')
    expect(JSON.stringify(masked.body)).not.toContain('10.0.0.3')
    expect(masked.body.errors).toMatchObject([
      { path: ['boom'], extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ])
    shop.misbehave = (reply) =>
      reply.send({
        data: { coded: null },
        errors: [{ message: 'No.', path: ['coded'], extensions: { code: 'FORBIDDEN', detail: 1 } }],
      })
    try {
      expect((await ask(gateway.url, '{ coded }')).body.errors).toEqual([
        { message: 'No.', path: ['coded'], extensions: { code: 'FORBIDDEN', detail: 1 } },
      ])
      shop.misbehave = (reply) => reply.send({ data: { products: [{ name: null }] } })
      expect((await ask(gateway.url, '{ products { name } }')).body).toMatchObject({
        data: null,
        errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
      })
    } finally {
      shop.misbehave = null
    }
  })

  test('supports current introspection, which Apollo’s planner does not', async () => {
    await using gateway = await serve([shop], { engine: 'apollo' })
    const { body } = await ask(
      gateway.url,
      '{ __type(name: "Product") { name isOneOf } __schema { directives { name isDeprecated } } }',
    )
    expect(body.errors).toBeUndefined()
    expect(body.data).toMatchObject({ __type: { name: 'Product' } })
  })

  test('rejects a supergraph with a label in @override, which Apollo’s executor ignores', async () => {
    const sdl = compose(
      [
        {
          name: 'old',
          sdl: 'type Query { item: Item } type Item @key(fields: "id") { id: ID! name: String }',
        },
        {
          name: 'new',
          sdl: 'type Item @key(fields: "id") { id: ID! name: String @override(from: "old", label: "percent(50)") }',
        },
      ].map(({ name, sdl: text }) => ({
        name,
        url: 'http://127.0.0.1:9',
        sdl: FEDERATION.replace('"@key"', '"@key", "@override"') + text,
      })),
    )
    await expect(loadApolloEngine(sdl, createAdmission(), quiet)).rejects.toThrow('"percent(50)"')
  })

  test('logs its differences once at start, reports nothing to Apollo, and reloads its supergraph', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tessera-apollo-'))
    const file = join(folder, 'super.graphql')
    const sdl = (...all: TestSubgraph[]) =>
      compose(
        all.map(({ url, definition }) => ({ name: definition.name, url, sdl: FEDERATION + definition.sdl })),
      )
    await writeFile(file, sdl(shop))
    const cli = join(import.meta.dirname, '../../cli/gateway.ts')
    const child = spawn(process.execPath, [cli, '--supergraph', file, '--port', '0', '--watch'], {
      env: { ...inheritedEnv(), GATEWAY_ENGINE: 'apollo', APOLLO_TELEMETRY_DISABLED: '' },
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    try {
      await expect.poll(() => output).toMatch(/at (http:.*)\/graphql/)
      const url = / at (http:.*)\/graphql/.exec(output)?.[1] ?? ''
      expect((await ask(url, '{ products { name } }')).status).toBe(200)
      expect((await ask(url, REVIEWED)).status).toBe(400)
      await writeFile(file, sdl(shop, critics))
      await expect.poll(async () => (await ask(url, REVIEWED)).body).toEqual({ data: REVIEWED_DATA })
      expect(
        output.split('GATEWAY_ENGINE=apollo: operations are executed by @apollo/gateway').length - 1,
      ).toBe(1)
    } finally {
      child.kill('SIGTERM')
      await once(child, 'exit')
      await rm(folder, { recursive: true })
    }
  })

  test('rejects unknown names of engines', () => {
    expect(() => parseStandaloneConfig('{ "engine": "hive" }', 'gateway.json', [])).toThrow(
      /gateway\.json: engine: .*"tessera"\|"apollo"/,
    )
  })
})
