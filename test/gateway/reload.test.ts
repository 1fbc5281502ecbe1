import { afterEach, beforeEach, expect, test } from 'vitest'
import type { StandaloneGateway } from '../../gateway/standalone/start-standalone-gateway.ts'
import { readSupergraph } from '../../gateway/supergraph/read-supergraph.ts'
import { TIMEOUT_MS } from '../support/timeout.ts'
import { ask, compose, serve, type Answer } from './support/gateways.ts'
import { FEDERATION, startSubgraph, type SubgraphDefinition, type TestSubgraph } from './support/subgraph.ts'

/** Makes an edition of one graph. The editions have different subgraphs, and different names for the field of `Thing`. */
const edition = (name: string, field: string): SubgraphDefinition => ({
  name,
  sdl: `type Query { things: [Thing!]! } type Thing @key(fields: "id") { id: ID! ${field}: String }`,
  resolvers: { Query: { things: () => [{ id: '1', [field]: `${name}.${field}` }] } },
})

let first: TestSubgraph
let second: TestSubgraph
let gateway: StandaloneGateway

beforeEach(async () => {
  first = await startSubgraph(edition('first', 'label'))
  second = await startSubgraph(edition('second', 'title'))
  // The test holds requests while it loads a supergraph. Loading takes long on a busy machine.
  gateway = await serve([first], { timeoutMs: TIMEOUT_MS })
})
afterEach(async () => {
  await gateway[Symbol.asyncDispose]()
  await first[Symbol.asyncDispose]()
  await second[Symbol.asyncDispose]()
})

const supergraphOf = ({ url, definition: { name, sdl } }: TestSubgraph) =>
  readSupergraph(compose([{ name, url, sdl: FEDERATION + sdl }]), 'next.graphql')

/** The number of concurrent requests. It is lower than the maximum number of connections to a subgraph. */
const AT_ONCE = 50

/** The outcomes of a request for labels. The first supergraph serves it, and the second one refuses it. */
const SERVED = [200, undefined, { things: [{ label: 'old' }] }]
const REFUSED = [400, 'GRAPHQL_VALIDATION_FAILED', undefined]
const outcomeOf = ({ status, body }: Answer) => [status, body.errors?.[0]?.extensions['code'], body.data]

const LABELS = '{ things { label } }'
const TITLES = '{ things { title } }'

test('requests in flight keep their supergraph, and later ones use the new one', async () => {
  const release = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  first.misbehave = async (reply) => {
    if (first.requests.length === AT_ONCE) arrived.resolve()
    await release.promise
    return reply.send({ data: { things: [{ label: 'old' }] } })
  }
  // The fast path handles half of the requests, and Apollo Server the others. Each has a unique name, so none shares a fetch.
  const askNext = (_: unknown, i: number) =>
    ask(gateway.url, `query Q${i} ${LABELS}`, {
      headers: i % 2 === 0 ? {} : { 'apollo-query-plan-experimental': '1' },
    })
  const inFlight = Array.from({ length: AT_ONCE }, askNext)
  await arrived.promise
  // Most of these requests wait for a connection to the subgraph. No test can observe that. Some may come after the reload.
  const between = Array.from({ length: AT_ONCE }, (_, i) => askNext(_, AT_ONCE + i))
  await ask(gateway.url, '{ __typename }')
  await gateway.reload(await supergraphOf(second))

  const after = await ask(gateway.url, TITLES)
  expect(after.body).toEqual({ data: { things: [{ title: 'second.title' }] } })
  const stale = await ask(gateway.url, LABELS)
  expect(outcomeOf(stale)).toEqual(REFUSED)

  release.resolve()
  for (const response of await Promise.all(inFlight)) expect(outcomeOf(response)).toEqual(SERVED)
  for (const response of await Promise.all(between)) {
    expect([SERVED, REFUSED]).toContainEqual(outcomeOf(response))
  }
})

test('an invalid supergraph changes nothing', async () => {
  const supergraph = await supergraphOf(second)
  const broken = supergraph.sdl.replace('type Thing', 'type Thong')
  await expect(gateway.reload({ ...supergraph, sdl: broken })).rejects.toThrow(
    'The supergraph cannot be served: ',
  )
  expect((await ask(gateway.url, LABELS)).body).toEqual({ data: { things: [{ label: 'first.label' }] } })
})

test('overlapping reloads run one after the other, and the last one is served', async () => {
  const [one, two] = [await supergraphOf(first), await supergraphOf(second)]
  await Promise.all([two, one, two].map((supergraph) => gateway.reload(supergraph)))
  expect((await ask(gateway.url, TITLES)).body.data).toEqual({ things: [{ title: 'second.title' }] })
})

test.each<[place: string, config: (url: string) => object]>([
  ['routing', (url) => ({ routing: { first: url } })],
  ['headers.subgraphs', () => ({ headers: { subgraphs: { first: {} } } })],
  ['pipelining', () => ({ pipelining: ['first'] })],
  ['batching', () => ({ batching: ['first'] })],
])(
  'a supergraph without a subgraph named in %s is rejected, as at start, and changes nothing',
  async (place, config) => {
    await using own = await serve([first], config(first.url))
    await expect(own.reload(await supergraphOf(second))).rejects.toThrow(
      `the config: ${place}: there is no subgraph "first".\nThe supergraph has: second.`,
    )
    expect((await ask(own.url, LABELS)).body).toEqual({ data: { things: [{ label: 'first.label' }] } })
  },
)
