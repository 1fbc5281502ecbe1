import { buildSchema, getIntrospectionQuery, graphqlSync, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import type { RequestSubgraph } from '../../gateway/execution/subgraph-request.ts'
import { loadApolloPlanner } from '../../gateway/execution/planner/apollo-planner.ts'
import { compose, engineOver, overTheWire, subgraphs } from './engine.ts'

const SDL = {
  a: `
    "The root."
    type Query { me: User query: Query pick(in: In, old: Int @deprecated(reason: "in")): Int }
    type Mutation { change: Query }
    type User @key(fields: "id") { id: ID! }
    scalar Url @specifiedBy(url: "https://example.org/url")
    enum Color { RED BLUE @deprecated }
    input In { n: Int = 3 @deprecated(reason: "no") url: Url texts: [String!]! = ["a"] color: Color = RED }`,
  b: 'type User @key(fields: "id") { id: ID! name: String secret: Int @inaccessible }',
}
const supergraphSdl = compose(SDL)
const schema = buildSchema(loadApolloPlanner(supergraphSdl).loaded.apiSdl)
const ann = { id: '1', name: 'Ann' }
const requestSubgraph: RequestSubgraph = subgraphs(SDL, {
  a: { Query: { me: () => ann, query: () => ({}) }, Mutation: { change: () => ({}) } },
  b: { User: { name: () => 'Ann' } },
})
const nobody: RequestSubgraph = async () => {
  throw new Error('a subgraph was asked')
}
/** The introspection query of graphql-js with every option. */
const WHOLE = getIntrospectionQuery({
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  experimentalDirectiveDeprecation: true,
  oneOf: true,
})
const FRAGMENTS = `fragment Root on Query { __schema { ...Types } }
  fragment Types on __Schema { queryType { ...Name fields { name } } } fragment Name on __Type { name }`

describe('introspection', () => {
  it.each([
    ['the query with every option', WHOLE, {}],
    ['of one type', '{ __type(name: "In") { isOneOf inputFields { name } } }', {}],
    ['of directives', '{ __schema { directives { name isDeprecated deprecationReason } } }', {}],
    ['of hidden fields: they are not there', '{ __type(name: "User") { fields { name } } }', {}],
    ['of a type that is not there', '{ __type(name: "Nobody") { name } }', {}],
    ['under aliases', '{ s: __schema { queryType { n: name } } t: __type(name: "In") { n: name } }', {}],
    ['beside __typename', '{ t: __typename __schema { __typename queryType { name } } __typename }', {}],
    ['through fragments', `{ ...Root ... { ...Root } ... on Query { ...Root } } ${FRAGMENTS}`, {}],
    [
      'in parts that are merged',
      `{ __schema { mutationType { name } } ...Root __type(name: "In") { name } __type(name: "In") { kind } } ${FRAGMENTS}`,
      {},
    ],
    [
      'with variables',
      'query ($name: String!, $old: Boolean) { __type(name: $name) { fields { args(includeDeprecated: $old) { name } } } }',
      { name: 'Query', old: true },
    ],
    [
      'with the defaults of variables',
      'query ($name: String! = "Color", $old: Boolean = true) { __type(name: $name) { enumValues(includeDeprecated: $old) { name } } }',
      {},
    ],
    [
      'under conditions',
      `query ($no: Boolean!) { __schema @skip(if: $no) { queryType { name } } __type(name: "In") {
        name @include(if: $no) kind @skip(if: $no) ... on __Type @include(if: $no) { isOneOf } } }`,
      { no: true },
    ],
    ['under conditions that leave nothing', '{ __schema @skip(if: true) { queryType { name } } }', {}],
    [
      'with null where there must be none',
      'query ($old: Boolean = true) { __schema { directives(includeDeprecated: $old) { name } } }',
      { old: null },
    ],
    [
      'with null where there must be none, below what can be null',
      'query ($old: Boolean = true) { __type(name: "In") { name } __schema { directives(includeDeprecated: $old) { name } } }',
      { old: null },
    ],
  ])('%s has the same result as in graphql-js, without a subgraph request', async (_, query, variables) => {
    expect(validate(schema, parse(query))).toEqual([])
    const expected = overTheWire<{ data: unknown; errors?: { message: string; path: unknown }[] }>(
      graphqlSync({ schema, source: query, variableValues: variables }),
    )
    const { data, errors } = await engineOver(supergraphSdl, nobody)({ query, variables })
    expect(data).toEqual(expected.data)
    expect(errors.map(({ message, path }) => ({ message, path }))).toEqual(
      (expected.errors ?? []).map(({ message, path }) => ({ message, path })),
    )
    for (const { extensions } of errors) expect(extensions).toEqual({ code: 'BAD_USER_INPUT' })
  })

  const IN = { __type: { name: 'In', isOneOf: false } }
  it.each([
    ['beside data', '{ __type(name: "In") { name isOneOf } me { name } }', { ...IN, me: { name: 'Ann' } }],
    [
      'in a fragment with data',
      'query ($n: String!) { ...F } fragment F on Query { me { name } ...G } fragment G on Query { __type(name: $n) { ...H } } fragment H on __Type { name isOneOf }',
      { me: { name: 'Ann' }, ...IN },
    ],
    [
      'of a field',
      '{ query { ...F } } fragment F on Query { __type(name: "In") { name isOneOf } }',
      { query: IN },
    ],
    [
      'of a field, beside data',
      '{ query { __type(name: "In") { name isOneOf } me { name } } }',
      { query: { ...IN, me: { name: 'Ann' } } },
    ],
    [
      'of a mutation’s field',
      'mutation { a: change { __type(name: "In") { name isOneOf } } b: change { me { name } } __typename }',
      { a: IN, b: { me: { name: 'Ann' } }, __typename: 'Mutation' },
    ],
    [
      'under a name that the plan uses',
      '{ id: __type(name: "In") { name isOneOf } me { id: name } }',
      { id: IN.__type, me: { id: 'Ann' } },
    ],
  ])('%s is resolved together with it', async (_, query, data) => {
    const run = engineOver(supergraphSdl, requestSubgraph)
    expect(await run({ query, variables: { n: 'In' } })).toEqual({ data, errors: [] })
  })
})
