import { describe, expect, it } from 'vitest'
import { answeredBy } from './engine.ts'

describe('types and values that clients do not see (@inaccessible)', () => {
  const hidden = {
    a: `type Query { node: Node nodes: [Node] strict: [Node!] any: Any color: Color colors: [Color] must: [Color!] }
      interface Node { id: ID! }
      type A implements Node { id: ID! }
      type Secret implements Node @inaccessible { id: ID! }
      union Any = A | Secret
      enum Color { RED SECRET @inaccessible }`,
  }
  const secret = { __typename: 'Secret', id: 's' }
  const a = { __typename: 'A', id: 'a' }

  it.each([
    ['an object of a hidden type', '{ node { id } }', { node: secret }, { node: null }],
    ['and its name', '{ node { __typename } }', { node: secret }, { node: null }],
    ['an object in a list', '{ nodes { id } }', { nodes: [a, secret] }, { nodes: [{ id: 'a' }, null] }],
    ['a member of a union', '{ any { ... on A { id } } }', { any: secret }, { any: null }],
    ['an enum value', '{ color }', { color: 'SECRET' }, { color: null }],
    ['an enum value in a list', '{ colors }', { colors: ['SECRET', 'RED'] }, { colors: [null, 'RED'] }],
  ])('is null, without an error: %s', async (_, query, response, data) => {
    expect(await answeredBy(hidden, { a: response })(query)).toEqual({ data, errors: [] })
  })

  it.each([
    ['{ strict { id } }', { strict: [a, secret] }, { strict: null }, ['strict', 1]],
    ['{ must }', { must: ['RED', 'SECRET'] }, { must: null }, ['must', 1]],
  ])(
    'is an error that does not name it if the field is non-null: %s',
    async (query, response, data, path) => {
      const outcome = await answeredBy(hidden, { a: response })(query)
      expect(outcome).toMatchObject({ data, errors: [{ path }] })
      expect(outcome.errors).toHaveLength(1)
      expect(JSON.stringify(outcome)).not.toMatch(/secret/i)
    },
  )

  it('does not hide invalid values', async () => {
    const outcome = await answeredBy(hidden, { a: { color: 'PINK', node: { __typename: 'Nobody' } } })(
      '{ color node { id } }',
    )
    expect(outcome).toMatchObject({
      data: { color: null, node: null },
      errors: [{ path: ['color'] }, { path: ['node'] }],
    })
  })
})
