import { GraphQLError } from 'graphql'
import { describe, expect, it } from 'vitest'
import type { RequestSubgraph, SubgraphResponse } from '../../gateway/execution/subgraph-request.ts'
import { compose, engineOver, type Outcome } from './engine.ts'

const supergraphSdl = compose({
  posts: `
    type Query { feed: [Post] strict: [Post!]! color: Color json: JSON node: Node nodes: [[Node]] }
    type Post implements Node { id: ID! author: User }
    interface Node { id: ID! }
    type User @key(fields: "id") { id: ID! }
    enum Color { RED SECRET @inaccessible }
    scalar JSON`,
  users: `
    type User @key(fields: "id") { id: ID! name: String! age: Int }`,
})
const FEED = '{ feed { id author { name age } } }'
const user = (id: string) => ({ __typename: 'User', id })
const feed = (...authors: string[]) => ({
  feed: authors.map((id, i) => ({ id: `p${i}`, author: user(id) })),
})

type Sent = { variables: { representations?: unknown[] } }
type Answer = SubgraphResponse | GraphQLError

/** Executes over two subgraphs that answer just this; returns data, errors, and the bodies sent to users. */
async function execute(
  query: string,
  { posts, users }: { posts?: unknown; users?: Answer },
): Promise<Outcome & { sent: Sent[] }> {
  const sent: Sent[] = []
  const requestSubgraph: RequestSubgraph = async ({ subgraph, body }) => {
    if (subgraph === 'posts') return { data: structuredClone(posts) as Record<string, unknown> }
    sent.push(JSON.parse(body) as Sent)
    if (users instanceof GraphQLError) throw users
    return structuredClone(users) ?? {}
  }
  return { ...(await engineOver(supergraphSdl, requestSubgraph)({ query })), sent }
}

/** The same over answers in the texts that came. */
async function executeTexts(query: string, posts: string, users = '{}'): Promise<Outcome> {
  const texts: Record<string, string> = { posts, users }
  const requestSubgraph: RequestSubgraph = async ({ subgraph }) => {
    const text = texts[subgraph] ?? ''
    return { ...(JSON.parse(text) as SubgraphResponse), plain: !text.includes('\\') }
  }
  return await engineOver(supergraphSdl, requestSubgraph)({ query })
}

const nest = (open: string, inner: string, close: string) =>
  `${open.repeat(100_000)}${inner}${close.repeat(100_000)}`

describe('responses of subgraphs', () => {
  it('are requested once per entity, however often it occurs, and joined at every path', async () => {
    const entities = [{ name: 'Ann' }, { name: 'Ben', age: 3 }]
    const { data, errors, sent } = await execute(FEED, {
      posts: feed('1', '2', '1'),
      users: { data: { _entities: entities } },
    })
    expect(sent).toHaveLength(1)
    expect(sent[0]?.variables.representations).toEqual([user('1'), user('2')])
    const ann = { name: 'Ann', age: null }
    expect(data).toEqual({
      feed: [
        { id: 'p0', author: ann },
        { id: 'p1', author: { name: 'Ben', age: 3 } },
        { id: 'p2', author: ann },
      ],
    })
    expect(errors).toEqual([])
  })

  it.each([
    ['too few entities', [{ name: 'Ann' }]],
    ['too many entities', [{ name: 'Ann' }, { name: 'Ben' }, { name: 'Cat' }]],
  ])('with %s are ignored, with an error that has a path', async (_, entities) => {
    const { data, errors } = await execute(FEED, {
      posts: feed('1', '2'),
      users: { data: { _entities: entities } },
    })
    expect(data).toEqual({
      feed: [
        { id: 'p0', author: null },
        { id: 'p1', author: null },
      ],
    })
    expect(errors).toContainEqual(
      expect.objectContaining({
        path: ['feed', 0, 'author'],
        extensions: expect.objectContaining({ subgraph: 'users' }),
      }),
    )
  })

  it('can report errors of representations, which are copied to every path of the entity', async () => {
    const { data, errors } = await execute(FEED, {
      posts: feed('1', '2', '1'),
      users: {
        data: {
          _entities: [
            { name: 'Ann', age: null },
            { name: 'Ben', age: 3 },
          ],
        },
        errors: [{ message: 'too old', path: ['_entities', 0, 'age'], extensions: { code: 'OLD' } }],
      },
    })
    expect(data).toMatchObject({ feed: [{ author: { name: 'Ann', age: null } }, {}, {}] })
    expect(errors).toEqual([
      { message: 'too old', path: ['feed', 0, 'author', 'age'], extensions: { code: 'OLD' } },
      { message: 'too old', path: ['feed', 2, 'author', 'age'], extensions: { code: 'OLD' } },
    ])
  })

  it('that are missing give null and one error', async () => {
    const { data, errors } = await execute(FEED, {
      posts: feed('1', '2'),
      users: new GraphQLError('users is down', { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }),
    })
    expect(data).toEqual({
      feed: [
        { id: 'p0', author: null },
        { id: 'p1', author: null },
      ],
    })
    expect(errors).toEqual([
      { message: 'users is down', path: ['feed'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
    ])
  })

  it('with null for a non-null field make the nearest nullable parent null, with an error', async () => {
    const { data, errors } = await execute('{ strict { id } color }', {
      posts: { strict: [{ id: 'p0' }, null], color: 'RED' },
    })
    expect(data).toBeNull()
    expect(errors).toMatchObject([{ path: ['strict', 1] }])
  })

  it.each([
    ['a list where an object is due', { feed: [[]] }, ['feed', 0]],
    ['an object where a list is due', { feed: {} }, ['feed']],
    ['a text where an object is due', { feed: ['x'] }, ['feed', 0]],
  ])('with %s are null there', async (_, posts, path) => {
    const { errors } = await execute('{ feed { id } }', { posts })
    expect(errors).toMatchObject([{ path }])
  })

  it('are empty objects, not null, if conditions remove all fields', async () => {
    const query = '{ feed @include(if: true) { id @skip(if: true) } }'
    const { data, errors } = await execute(query, { posts: feed('1') })
    expect(data).toEqual({ feed: [{}] })
    expect(errors).toEqual([])
  })

  it('do not expose hidden enum values', async () => {
    const { data, errors } = await execute('{ color }', { posts: { color: 'SECRET' } })
    expect(data).toEqual({ color: null })
    expect(JSON.stringify(errors)).not.toContain('SECRET')
  })

  it('are matched to entities by position', async () => {
    const { data } = await execute(FEED, {
      posts: feed('1', '2'),
      users: {
        data: {
          _entities: [
            { id: '2', name: 'Ben' },
            { id: '1', name: 'Ann' },
          ],
        },
      },
    })
    expect(data).toMatchObject({ feed: [{ author: { name: 'Ben' } }, { author: { name: 'Ann' } }] })
  })

  it('without __typename have no type: no fields of other subgraphs, no type of an interface', async () => {
    const posts = { feed: [{ id: 'p0', author: { id: '1' } }], node: { id: 'p1' } }
    const { data, errors, sent } = await execute('{ feed { author { name } } node { id } }', { posts })
    expect(sent).toEqual([])
    expect(data).toEqual({ feed: [{ author: null }], node: null })
    expect(errors).toMatchObject([{ path: ['feed', 0, 'author', 'name'] }, { path: ['node'] }])
  })

  it('with null for a non-null field of an entity make the entity null', async () => {
    const users = { data: { _entities: [{ name: null, age: 3 }, null] } }
    const { data, errors } = await execute(FEED, { posts: feed('1', '2'), users })
    expect(data).toMatchObject({ feed: [{ author: null }, { author: null }] })
    expect(errors).toMatchObject([
      { path: ['feed', 0, 'author', 'name'] },
      { path: ['feed', 1, 'author', 'name'] },
    ])
  })

  it.each([
    ['deep in a representation', ['_entities', 1, 'age', 7, 'x'], ['feed', 1, 'author', 'age', 7]],
    ['at a representation that was not sent', ['_entities', 9, 'age'], undefined],
    ['at the entities', ['_entities'], ['feed', 0, 'author']],
    ['at a field that nobody asked for', ['_entities', 0, 'secret'], ['feed', 0, 'author']],
    ['at something that is no path', [null, {}], ['feed', 0, 'author']],
  ])('can have errors %s', async (_, path, shown) => {
    const { errors } = await execute(FEED, {
      posts: feed('1', '2'),
      users: {
        data: { _entities: [{ name: 'Ann' }, { name: 'Ben' }] },
        errors: [{ message: 'no', path: path as string[] }],
      },
    })
    expect(errors).toEqual([{ message: 'no', ...(shown && { path: shown }) }])
  })

  it.each([
    ['lists where entities are due', FEED, `{"feed":${nest('[', '', ']')}}`, { feed: [null] }],
    ['lists in a list of lists', '{ nodes { id } }', `{"nodes":${nest('[', '', ']')}}`, { nodes: [[null]] }],
    ['objects where one is due', '{ node { id } }', `{"node":${nest('{"node":', '1', '}')}}`, { node: null }],
    [
      'objects around an entity',
      FEED,
      `{"feed":[{"author":${nest('{"author":', '1', '}')}}]}`,
      { feed: [null] },
    ],
  ])('nested 100,000 levels deep are handled like other faults: %s', async (_, query, posts, expected) => {
    const { data, errors } = await executeTexts(query, `{"data":${posts}}`)
    expect(data).toEqual(expected)
    expect(errors).not.toEqual([])
  })

  it('nested 100,000 levels deep in a scalar are its value, or null with an error', async () => {
    const lists = nest('[', '', ']')
    const plain = await executeTexts('{ json }', `{"data":{"json":${lists}}}`)
    expect(plain.errors).toEqual([])
    expect(JSON.stringify(plain.data)).toBe(`{"json":${lists}}`)
    const objects = `{"__proto__":1,"0":${nest('{"__proto__":', '1', '}')}}`
    const odd = await executeTexts('{ json color }', `{"data":{"json":${objects},"color":"RED"}}`)
    expect(odd.data).toMatchObject({ color: 'RED' })
  })

  it('with a duplicate key have its last value, as in JSON.parse', async () => {
    const { data } = await executeTexts(
      '{ color }',
      '{"data":{"color":"SECRET"},"data":{"color":0,"color":"RED"}}',
    )
    expect(data).toEqual({ color: 'RED' })
  })

  it('can have __proto__ as a key or an alias', async () => {
    const posts = '{"json":{"__proto__":{"polluted":1}},"__proto__":"RED"}'
    const { data } = await executeTexts('{ json __proto__: color }', `{"data":${posts}}`)
    expect(JSON.stringify(data)).toBe('{"json":{"__proto__":{"polluted":1}},"__proto__":"RED"}')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})
