import { describe, expect, it } from 'vitest'
import { answeredBy, federation } from './engine.ts'
import { byTypename } from './federation-case.ts'

/** `b` has the root fields, and knows a Node by its id only; `a` knows of what type it is, except the one with id 9. */
const SDL = {
  a: `type Query { x: Int }
    interface Named { name: String }
    interface Sized { size: Int }
    union Any = A | B
    interface Node implements Named @key(fields: "id") { id: ID! name: String strict: String! }
    type A implements Node & Named & Sized @key(fields: "id") { id: ID! name: String strict: String! size: Int }
    type B implements Node & Named @key(fields: "id") { id: ID! name: String strict: String! }`,
  b: `type Query { nodes: [Node] node: Node! list: [Node!]! both: [Node] @shareable }
    type Mutation { make: Node }
    type Node @key(fields: "id") @interfaceObject { id: ID! likes: Int self: Node }`,
}
const nodes = ['1', '2', '9'].map((id) => ({ id }))
const entity = ({ id }: { id: string }) =>
  id === '9' ? null : { __typename: id === '1' ? 'A' : 'B', id, name: `n${id}`, size: 5 }

const run = federation(SDL, {
  a: {
    Node: { ...byTypename, __resolveReference: entity },
    A: { strict: () => 's' },
    B: { strict: () => 's' },
  },
  b: {
    Query: { nodes: () => [nodes[0], null], node: () => nodes[1], list: () => nodes, both: () => nodes },
    Mutation: { make: () => nodes[0] },
    Node: {
      __resolveReference: (found: object) => found,
      likes: () => 3,
      self: ({ id }: { id: string }) => ({ id }),
    },
  },
})

describe('entities that a subgraph has only as an interface (@interfaceObject)', () => {
  it.each([
    ['by its fields', '{ nodes { id } }', { nodes: [{ id: '1' }, null] }],
    ['of a non-null field', '{ node { id likes } }', { node: { id: '2', likes: 3 } }],
    ['of a mutation', 'mutation { make { id } }', { make: { id: '1' } }],
    [
      'below one another',
      '{ node { self { likes self { id } } } }',
      { node: { self: { likes: 3, self: { id: '2' } } } },
    ],
    ['with fields of another subgraph', '{ nodes { id name } }', { nodes: [{ id: '1', name: 'n1' }, null] }],
    ['under aliases', '{ n: nodes { id: likes x: id } }', { n: [{ id: 3, x: '1' }, null] }],
    [
      'through fragments on the interface',
      '{ nodes { ... on Node { ...F } } } fragment F on Node { id }',
      { nodes: [{ id: '1' }, null] },
    ],
    [
      'through fragments on what it implements',
      '{ node { ... on Named { name } } }',
      { node: { name: 'n2' } },
    ],
    [
      'through a named fragment on what it implements',
      '{ node { likes ...F } } fragment F on Named { name ... on Node { id } ... on B { __typename } }',
      { node: { likes: 3, name: 'n2', id: '2', __typename: 'B' } },
    ],
    [
      'through fragments on what some of its types implement',
      '{ nodes { ... on Sized { size ... on Node { likes } ... on B { id } } } node { ... on Sized { size } } }',
      { nodes: [{ size: 5, likes: 3 }, null], node: {} },
    ],
    [
      'through fragments on a union',
      '{ nodes { ... on Any { ... on Node { likes } __typename } } }',
      { nodes: [{ likes: 3, __typename: 'A' }, null] },
    ],
    [
      'through fragments on its types',
      '{ list2: nodes { ... on A { likes } ... on B { likes } } }',
      { list2: [{ likes: 3 }, null] },
    ],
    ['with their type', '{ nodes { __typename id } }', { nodes: [{ __typename: 'A', id: '1' }, null] }],
    [
      'with the type of those below',
      '{ node { self { __typename } } }',
      { node: { self: { __typename: 'B' } } },
    ],
    [
      'of one type',
      '{ nodes { ... on A { size self { id } } } }',
      { nodes: [{ size: 5, self: { id: '1' } }, null] },
    ],
    ['of another type', '{ nodes { ... on B { id } } }', { nodes: [{}, null] }],
    ['by nothing', '{ nodes { id @skip(if: true) } }', { nodes: [{}, null] }],
  ])('are requested for %s', async (_, query, data) => {
    expect(await run({ query })).toEqual({ data, errors: [] })
  })

  it.each([
    ['plain fields', '{ list { id likes } }', { list: ['1', '2', '9'].map((id) => ({ id, likes: 3 })) }, []],
    [
      'fields of the subgraph that does not',
      '{ both { id name } }',
      {
        both: [
          { id: '1', name: 'n1' },
          { id: '2', name: 'n2' },
          { id: '9', name: null },
        ],
      },
      [],
    ],
    [
      'a non-null field of it',
      '{ both { strict } }',
      { both: [{ strict: 's' }, { strict: 's' }, null] },
      [['both', 2, 'strict']],
    ],
    [
      'the type',
      '{ both { __typename } }',
      { both: [{ __typename: 'A' }, { __typename: 'B' }, null] },
      [['both', 2]],
    ],
    [
      'one type’s fields',
      '{ both { id ... on A { size } } }',
      { both: [{ id: '1', size: 5 }, { id: '2' }, null] },
      [['both', 2]],
    ],
    ['the type of a non-null one', '{ list { __typename } }', null, [['list', 2]]],
  ])('and whose type is unknown have %s, or an error', async (_, query, data, paths) => {
    const { data: found, errors } = await run({ query })
    expect(found).toEqual(data)
    expect(errors.map(({ path, extensions }) => [path, extensions])).toEqual(
      paths.map((path) => [path, { code: 'INVALID_GRAPHQL' }]),
    )
  })

  it('report the interface that has no type', async () => {
    const { errors } = await run({ query: '{ list { __typename } }' })
    expect(errors[0]?.message).toBe('No subgraph returned the type of the Node for field Query.list.')
  })

  it.each([
    ['no type', { id: '1' }],
    ['the interface’s name', { __typename: 'Node', id: '1' }],
    ['the right type, which it cannot know', { __typename: 'A', id: '1' }],
  ])('can be returned with %s', async (_, node) => {
    const response = await answeredBy(SDL, { b: { node } })('{ node { id } }')
    expect(response).toEqual({ data: { node: { id: '1' } }, errors: [] })
  })

  it('must not have an unknown type', async () => {
    const { errors } = await answeredBy(SDL, { b: { node: { __typename: 'C', id: '1' } } })('{ node { id } }')
    expect(errors).toMatchObject([
      { path: ['node'], message: 'Invalid __typename found for field Query.node.' },
    ])
  })

  it('keep a type that a subgraph returned, in any order of responses', async () => {
    const shared = { ...SDL, a: `${SDL.a} extend type Query { both: [Node] @shareable }` }
    const fields = '{ both { id likes name self { id } ... on A { size } __typename } }'
    const told = { id: '1', name: 'n1', size: 5, __typename: 'A' }
    const untold = { id: '1', likes: 3, self: { id: '1' }, __typename: 'Node' }
    for (const b of [untold, { ...untold, __typename: undefined }]) {
      const entities = { _entities: [{ ...b, ...told, __typename: undefined }] }
      const response = await answeredBy(shared, {
        a: { both: [told], ...entities },
        b: { both: [b], _entities: [b] },
      })(fields)
      expect(response.data).toEqual({
        both: [{ id: '1', likes: 3, name: 'n1', self: { id: '1' }, size: 5, __typename: 'A' }],
      })
    }
  })
})

describe('errors of fields that were requested for other types only', () => {
  const sdl = {
    a: `type Query { nodes: [Node] }
      interface Node @key(fields: "id") { id: ID! }
      type A implements Node @key(fields: "id") { id: ID! }
      type B implements Node @key(fields: "id") { id: ID! }`,
    b: 'type Node @key(fields: "id") @interfaceObject { id: ID! likes: Int risky: Int self: Node }',
  }
  const of = (__typename: string, id: string) => ({ __typename, id })
  const typed = ({ id }: { id: string }) => of(id === '1' ? 'A' : 'B', id)
  const fail = () => {
    throw new Error('risky')
  }
  const risky = federation(sdl, {
    a: {
      Query: { nodes: () => [of('A', '1'), of('B', '2')] },
      Node: { ...byTypename, __resolveReference: typed },
    },
    b: {
      Node: {
        __resolveReference: (found: object) => found,
        likes: () => 3,
        self: ({ id }: { id: string }) => ({ id }),
        risky: fail,
      },
    },
  })

  it.each([
    [
      'of a field of an @interfaceObject',
      '{ nodes { ... on A { likes risky } ... on B { likes } } }',
      { nodes: [{ likes: 3, risky: null }, { likes: 3 }] },
      [['nodes', 0, 'risky']],
    ],
    [
      'below it',
      '{ nodes { ... on A { likes self { id } } ... on B { likes self { ... on Node { r: risky } } } } }',
      {
        nodes: [
          { likes: 3, self: { id: '1' } },
          { likes: 3, self: { r: null } },
        ],
      },
      [['nodes', 1, 'self', 'r']],
    ],
  ])('are not reported: %s', async (_, query, data, paths) => {
    const outcome = await risky({ query })
    expect(outcome.data).toEqual(data)
    expect(outcome.errors.map(({ path }) => path)).toEqual(paths)
  })
})

describe('an interface whose object type is unknown', () => {
  const sdl = { ...SDL, a: 'type Query { x: Int } interface Node @key(fields: "id") { id: ID! }' }

  it('gives the fields of the interface', async () => {
    const response = await answeredBy(sdl, { b: { nodes: [{ id: '1' }] } })('{ nodes { id likes } }')
    expect(response).toEqual({ data: { nodes: [{ id: '1', likes: null }] }, errors: [] })
  })

  it.each([
    '{ nodes { __typename id } }',
    '{ x nodes { t: __typename } }',
    'mutation { make { __typename } }',
  ])('causes an error with a code if %s selects the type, and nothing is sent', async (query) => {
    const { data, errors } = await answeredBy(sdl, {})(query)
    expect(data).toBeNull()
    expect(errors).toMatchObject([{ extensions: { code: 'QUERY_PLAN_EMPTY' } }])
  })
})
