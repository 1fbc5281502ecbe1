import { composeServices } from '@apollo/composition'
import { buildSchema, getOperationAST, GraphQLError, parse, type OperationDefinitionNode } from 'graphql'
import { describe, expect, it } from 'vitest'
import { plannableText, withoutConditions } from '../../gateway/execution/conditions.ts'
import type { SubgraphAnswer } from '../../gateway/execution/exchange.ts'
import { compileOperation, createSchemaContext } from '../../gateway/execution/operation.ts'
import { loadApolloPlanner } from '../../gateway/execution/planner/apollo-planner.ts'

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@inaccessible"])'
const { supergraphSdl = '' } = composeServices([
  {
    name: 'posts',
    url: '',
    typeDefs: parse(`${LINK}
      type Query { feed: [Post] strict: [Post!]! color: Color json: JSON }
      type Post { id: ID! author: User }
      type User @key(fields: "id") { id: ID! }
      enum Color { RED SECRET @inaccessible }
      scalar JSON`),
  },
  {
    name: 'users',
    url: '',
    typeDefs: parse(`${LINK}
      type User @key(fields: "id") { id: ID! name: String! age: Int }`),
  },
])
const planner = loadApolloPlanner(supergraphSdl)
const context = createSchemaContext(buildSchema(planner.loaded.apiSdl), planner.loaded.subtypes)
const FEED = '{ feed { id author { name age } } }'
const user = (id: string) => ({ __typename: 'User', id })
const feed = (...authors: string[]) => ({
  feed: authors.map((id, i) => ({ id: `p${i}`, author: user(id) })),
})

/** Executes over two subgraphs that answer just this; returns data, errors, and the bodies sent to users. */
async function execute(
  query: string,
  answers: { posts?: unknown; users?: SubgraphAnswer | GraphQLError },
): Promise<{ data: unknown; errors: unknown[]; sent: { variables: { representations?: unknown[] } }[] }> {
  const document = parse(query)
  const resolved = withoutConditions(document, getOperationAST(document) as OperationDefinitionNode, {})
  const sent: { variables: { representations?: unknown[] } }[] = []
  const { plan } = planner.plan(plannableText(resolved), undefined, false)
  const compiled = compileOperation(context, resolved, plan)
  const { data, errors } = await compiled({}, async ({ subgraph, body }) => {
    if (subgraph === 'posts') return { data: structuredClone(answers.posts) as Record<string, unknown> }
    sent.push(JSON.parse(body) as (typeof sent)[number])
    if (answers.users instanceof GraphQLError) throw answers.users
    return structuredClone(answers.users) ?? {}
  })
  return { data: JSON.parse(data) as unknown, errors: [...errors], sent }
}

describe('answers of subgraphs', () => {
  it('are asked for once per entity, however often it occurs, and joined at every place', async () => {
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
  ])('with %s are not used at all, and say so with a path', async (_, entities) => {
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

  it('may report errors of representations: they arrive at every place of the entity', async () => {
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

  it('that never came leave null, and one error', async () => {
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

  it('with null where the schema says non-null cost the nearest nullable place, with an error', async () => {
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

  it('are empty objects, not null, where conditions leave no field', async () => {
    const query = '{ feed @include(if: true) { id @skip(if: true) } }'
    const { data, errors } = await execute(query, { posts: feed('1') })
    expect(data).toEqual({ feed: [{}] })
    expect(errors).toEqual([])
  })

  it('cannot be had with an empty plan: data is null, and an error says so', async () => {
    const empty = compileOperation(context, parse(FEED), { kind: 'QueryPlan' })
    const { data, errors } = await empty({}, () => Promise.reject(new Error('nobody is asked')))
    expect(data).toBe('null')
    expect(errors).toMatchObject([{ extensions: { code: 'QUERY_PLAN_EMPTY' } }])
    const typename = compileOperation(context, parse('{ __typename }'), { kind: 'QueryPlan' })
    expect(await typename({}, () => Promise.reject(new Error('nobody is asked')))).toEqual({
      data: '{"__typename":"Query"}',
      errors: [],
    })
  })

  it('keep hidden enum values hidden', async () => {
    const { data, errors } = await execute('{ color }', { posts: { color: 'SECRET' } })
    expect(data).toEqual({ color: null })
    expect(JSON.stringify(errors)).not.toContain('SECRET')
  })

  it('may have __proto__ for a key or an alias: it is a name like any other', async () => {
    const posts = JSON.parse('{"json":{"__proto__":{"polluted":1}},"__proto__":"RED"}') as unknown
    const { data } = await execute('{ json __proto__: color }', { posts })
    expect(JSON.stringify(data)).toBe('{"json":{"__proto__":{"polluted":1}},"__proto__":"RED"}')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})
