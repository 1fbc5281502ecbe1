import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { formatId } from '../../contracts/ids.ts'
import { ask } from './support/gateways.ts'
import { ALICE, BOB, GONE, POST, startGraph, type Graph } from './support/graph.ts'

let graph: Graph

beforeAll(async () => {
  graph = await startGraph()
})
afterAll(() => graph[Symbol.asyncDispose]())
beforeEach(() => {
  for (const subgraph of [graph.users, graph.posts, graph.followers]) {
    subgraph.requests = []
    subgraph.misbehave = null
  }
})

const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on User { handle } } }'

test('a node is found by its id, with fields of any subgraph', async () => {
  const query = `{ node(id: "${ALICE}") { __typename id ... on User { handle followerCount } } }`
  const { body } = await ask(graph.gateway.url, query)
  expect(body).toEqual({
    data: { node: { __typename: 'User', id: ALICE, handle: 'alice', followerCount: 3 } },
  })
})

test.each([
  ['an unknown user', GONE],
  ['an unknown post', formatId('post', '01930000-0000-7000-8000-000000000009')],
  ['a type there is not', ALICE.replace('user', 'usher')],
  ['nonsense', 'nonsense'],
  ['nothing', ''],
])('%s is null without an error', async (_name, id) => {
  const { body } = await ask(graph.gateway.url, `{ node(id: "${id}") { id } }`)
  expect(body).toEqual({ data: { node: null } })
})

test('many nodes keep their order, with one request per type to its owner', async () => {
  const { body } = await ask(graph.gateway.url, NODES, {
    variables: { ids: [BOB, POST, GONE, 'x', ALICE, BOB] },
  })
  expect(body.errors).toBeUndefined()
  expect(body.data?.['nodes']).toEqual([
    { __typename: 'User', id: BOB, handle: 'bob' },
    { __typename: 'Post', id: POST },
    null,
    null,
    { __typename: 'User', id: ALICE, handle: 'alice' },
    { __typename: 'User', id: BOB, handle: 'bob' },
  ])
  const existence = (sent: { query: string }[]) =>
    sent.filter(({ query }) => query.includes('_entities(representations: $representations)'))
  expect(existence(graph.users.requests)).toHaveLength(1)
  expect(existence(graph.posts.requests)).toHaveLength(1)
})

test('more than 100 ids are rejected, and other fields still resolve', async () => {
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { id } node(id: "${BOB}") { id } }`
  const { body } = await ask(graph.gateway.url, query, {
    variables: { ids: Array.from({ length: 101 }, () => ALICE) },
  })
  expect(body.data).toEqual({ nodes: null, node: { id: BOB } })
  expect(body.errors?.[0]).toMatchObject({
    message: 'ids has 101 entries. Ask for at most 100 at once.',
    extensions: { code: 'BAD_USER_INPUT' },
  })
})

describe('when the owner is down', () => {
  test('its node is null with an error, and nodes of other owners are returned', async () => {
    graph.users.misbehave = (reply) => reply.code(500).send('')
    const { body } = await ask(graph.gateway.url, NODES, { variables: { ids: [ALICE, POST] } })
    expect(body.data?.['nodes']).toEqual([null, { __typename: 'Post', id: POST }])
    expect(body.errors).toMatchObject([
      { path: ['nodes', 0], extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'users' } },
    ])
  })
})

test('a missing entity in a list is null, with one error at its path', async () => {
  const { body } = await ask(
    graph.gateway.url,
    '{ user(handle: "alice") { handle fans: followers { id handle } } }',
  )
  expect(body.data).toEqual({
    user: { handle: 'alice', fans: [{ id: BOB, handle: 'bob' }, null, { id: ALICE, handle: 'alice' }] },
  })
  expect(body.errors).toEqual([
    {
      message: 'This User does not exist, or it was deleted.',
      path: ['user', 'fans', 1],
      extensions: { code: 'NOT_FOUND' },
    },
  ])
})

test('a missing author makes only the author null', async () => {
  const { body } = await ask(graph.gateway.url, '{ feed { id author { handle } } }')
  expect(body.data).toEqual({ feed: [{ id: POST, author: null }] })
  expect(body.errors).toMatchObject([{ path: ['feed', 0, 'author'], extensions: { code: 'NOT_FOUND' } }])
})
