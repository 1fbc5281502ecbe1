import { describe, expect, it } from 'vitest'
import { federation, type Resolvers } from './engine.ts'

/** A part of `names`, which knows every name. */
const NAMES = `type A @key(fields: "id") @key(fields: "codes { one two }") { id: ID! codes: Codes! name: String! }
  type Codes @shareable { one: ID! two: ID! }`
const A = { id: '1', codes: { one: 'o1', two: 't1', three: 'h1' } }
const names: Resolvers = { A: { __resolveReference: (found: object) => ({ ...A, ...found, name: 'Ann' }) } }

/** A subgraph that makes a greeting from the name, if it is found by its only resolvable key. */
const greetings: Resolvers = {
  Query: { as: () => [A] },
  A: {
    __resolveReference: (found: { id?: string; codes?: { three?: string } }) =>
      found.id === '1' && found.codes?.three === 'h1' ? found : null,
    greeting: ({ name }: { name: string }) => `Hello, ${name}`,
  },
}
const CODES = 'type Codes @shareable { one: ID! two: ID! three: ID! }'
const FIELDS = `id: ID! codes: Codes! name: String! @external greeting: String @requires(fields: "name")`

describe('a subgraph that is requested again with the fields of a @requires', () => {
  it.each([
    ['after', '@key(fields: "id codes { two three }") @key(fields: "codes { one two }", resolvable: false)'],
    ['before', '@key(fields: "codes { one two }", resolvable: false) @key(fields: "id codes { two three }")'],
    [
      'around',
      `@key(fields: "id", resolvable: false) @key(fields: "id codes { two three }")
       @key(fields: "codes { one two }", resolvable: false)`,
    ],
  ])('gets a key that it can resolve, with those it cannot %s it', async (_, keys) => {
    const sdl = { names: NAMES, greetings: `type Query { as: [A] } type A ${keys} { ${FIELDS} } ${CODES}` }
    const run = federation(sdl, { names, greetings })
    expect(await run({ query: '{ as { greeting name } }' })).toEqual({
      data: { as: [{ greeting: 'Hello, Ann', name: 'Ann' }] },
      errors: [],
    })
  })

  it('is an error, not null, if no key can be resolved', async () => {
    const sdl = {
      names: 'type A @key(fields: "id") { id: ID! name: String! }',
      greetings: `type Query { as: [A] }
        type A @key(fields: "id", resolvable: false) {
          id: ID! name: String! @external greeting: String @requires(fields: "name")
        }`,
    }
    const run = federation(sdl, { names, greetings })
    expect(await run({ query: '{ as { greeting name } }' })).toMatchObject({
      data: null,
      errors: [{ extensions: { code: 'QUERY_PLAN_EMPTY' } }],
    })
    expect(await run({ query: '{ as { name } }' })).toEqual({ data: { as: [{ name: 'Ann' }] }, errors: [] })
  })
})
