import { buildSchema, parse, type GraphQLError, type OperationDefinitionNode } from 'graphql'
import { describe, expect, test } from 'vitest'
import { countCalls } from '../../platform/testing/count-calls.ts'
import { operationChecker } from './check-operation.ts'
import { DEFAULT_LIMITS, type Limits } from './limits.ts'
import { countNodes, type Variables } from './nodes.ts'

const schema = buildSchema(`
  interface Node { id: ID! }
  type Query { user: User nodes(ids: [ID!]!): [Node]! deep: Query search(first: Int = 50): Users }
  type Mutation { signIn: User }
  type User implements Node { id: ID! name: String followers(first: Int, last: Int): Users }
  type Users { nodes: [User] }
`)

function check(query: string, limits: Partial<Limits> = {}, variables: Variables = {}): GraphQLError | null {
  return operationChecker(schema, { ...DEFAULT_LIMITS, ...limits })({ query, variables })
}

/** Maximum function calls of a refusal: three times the actual calls. Comparing all pairs of 3,000 fields takes 1.7 million. */
const MOST_CALLS = 1_000_000

/** The limit because of which a query is refused. Also checks that the refusal was cheap. */
function refusal(query: string, limits: Partial<Limits> = {}) {
  const counted = countCalls()
  const error = check(query, limits)
  expect(counted()).toBeLessThan(MOST_CALLS)
  expect(error?.extensions['code']).toBe('LIMIT_EXCEEDED')
  return error?.extensions['limit']
}

const nested = (levels: number, open: string) => `${open}{`.repeat(levels) + 'id' + '}'.repeat(levels)

describe('an operation that is too large is rejected with the limit, the value and the bound', () => {
  test('aliases', () => {
    const aliases = Array.from({ length: 101 }, (_, i) => `a${i}: user { id }`).join(' ')
    expect(check(`{ ${aliases} }`)?.message).toBe(
      'The operation is too large: aliases is 101, and at most 100 are allowed. Request less at once.',
    )
    expect(check(`{ ${aliases} }`, { aliases: 101 })).toBeNull()
  })

  test('depth, 200 levels of it', () => {
    expect(check(`{ ${nested(20, 'deep')} }`)?.extensions).toMatchObject({
      limit: 'depth',
      value: 21,
      bound: 20,
    })
    expect(check(`{ ${nested(19, 'deep')} }`)).toBeNull()
    expect(refusal(`{ ${nested(200, 'deep')} }`)).toBe('depth')
    expect(refusal(`{ ${nested(300, 'deep')} }`)).toBe('nesting')
  })

  test('depth inside fragments', () => {
    const chain = Array.from({ length: 25 }, (_, i) => `fragment F${i} on Query { deep { ...F${i + 1} } }`)
    expect(refusal(`{ ...F0 } ${chain.join(' ')} fragment F25 on Query { __typename }`)).toBe('depth')
  })

  test('nested brackets that would overflow the parser’s stack', () => {
    expect(refusal(`{ ${'deep{'.repeat(4_900)}`)).toBe('nesting')
    expect(refusal(`{ nodes(ids: ${'['.repeat(9_000)}`)).toBe('nesting')
  })

  test('tokens, counted only up to the first one beyond the limit', () => {
    expect(refusal(`{ ${'user { id } '.repeat(100_000)} }`)).toBe('tokens')
    expect(refusal(Array.from({ length: 10_000 }, (_, i) => `a${i}: user { id }`).join(' '))).toBe('tokens')
  })

  test('3,000 fields with the same name', () => {
    expect(refusal(`{ ${'user { id } '.repeat(1_500)} }`, { tokens: 100_000 })).toBe('fields')
    expect(refusal(`{ ${'__typename '.repeat(3_000)} }`)).toBe('fields')
  })

  test('fields of an unused fragment', () => {
    expect(refusal(`{ user { id } } fragment F on Query { ${'__typename '.repeat(3_000)} }`)).toBe('fields')
  })

  test('fragments that double at each level, up to 2¹⁰⁰ fields', () => {
    const bomb = Array.from(
      { length: 100 },
      (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`,
    )
    expect(refusal(`{ ...F0 } ${bomb.join(' ')} fragment F100 on Query { user { id } }`)).toBe('fields')
  })

  test('too many fragments', () => {
    const many = Array.from({ length: 301 }, (_, i) => `fragment F${i} on Query { user { id } }`)
    expect(refusal(`{ user { id } } ${many.join(' ')}`)).toBe('fragments')
  })

  test('10⁸ nodes', () => {
    const query = `{ user ${'{ followers(first: 100) { nodes '.repeat(4)} { id } ${'} }'.repeat(4)} }`
    expect(check(query)?.extensions).toMatchObject({ limit: 'nodes', value: 101_010_100, bound: 10_000 })
  })

  test('root fields of a mutation, including those of fragments', () => {
    const many = (n: number) => Array.from({ length: n }, (_, i) => `a${i}: signIn { id }`).join(' ')
    expect(check(`mutation { ${many(10)} }`)).toBeNull()
    expect(check(`mutation { ${many(11)} }`)?.message).toBe(
      'The operation is too large: mutations is 11, and at most 10 are allowed. Request less at once.',
    )
    const spread = `mutation { ...A b: signIn { id } } fragment A on Mutation { ... { ${many(10)} } }`
    expect(refusal(spread)).toBe('mutations')
    expect(refusal(`query Q { user { id } } mutation M { ${many(11)} }`)).toBe('mutations')
    expect(check(`mutation { ${many(11)} }`, { mutations: 11 })).toBeNull()
    expect(check(`{ ${many(11)} }`)).toBeNull()
  })
})

describe('errors that others report are not limit errors', () => {
  test.each([
    ['a syntax error', '{ user { '],
    ['a character that is no GraphQL', '{ user ~ }'],
    [
      'fragments that spread themselves',
      '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A user { id } }',
    ],
    ['an unknown field', '{ nothing(first: 100) { id } }'],
    ['an unknown fragment', '{ ...Nowhere }'],
    ['an empty document', ''],
  ])('%s', (_name, query) => {
    expect(check(query)).toBeNull()
  })
})

describe('nodes are counted before anything is executed', () => {
  const count = (query: string, variables: Variables = {}) => {
    const document = parse(query)
    return countNodes(schema, document, document.definitions[0] as OperationDefinitionNode, variables)
  }

  test.each<[string, string, Variables, number]>([
    ['a page size is taken as it is', '{ user { followers(first: 7) { nodes { id } } } }', {}, 7],
    [
      'a page size from a variable',
      'query ($n: Int) { user { followers(last: $n) { nodes { id } } } }',
      { n: 9 },
      9,
    ],
    [
      'the default of a variable',
      'query ($n: Int = 8) { user { followers(last: $n) { nodes { id } } } }',
      {},
      8,
    ],
    ['neither first nor last: 20', '{ user { followers { nodes { id } } } }', {}, 20],
    ['null counts as absent', '{ user { followers(first: null) { nodes { id } } } }', {}, 20],
    ['the default of the schema', '{ search { nodes { id } } }', {}, 50],
    [
      'nested pages multiply',
      '{ user { followers(first: 3) { nodes { followers(first: 4) { nodes { id } } } } } }',
      {},
      15,
    ],
    [
      'a negative page size hides nothing',
      '{ user { followers(first: -1) { nodes { followers(first: 4) { nodes { id } } } } } }',
      {},
      5,
    ],
    ...[Infinity, 2_147_483_648, 1.5].map((n): [string, string, Record<string, unknown>, number] => [
      `${n} is no Int, and refused as such later`,
      'query ($n: Int) { user { followers(first: $n) { nodes { id } } } }',
      { n },
      20,
    ]),
    [
      'the greatest Int',
      'query ($n: Int) { user { followers(first: $n) { nodes { id } } } }',
      { n: 2_147_483_647 },
      2_147_483_647,
    ],
    [
      'ids are counted',
      '{ nodes(ids: ["a", "b", "c"]) { ... on User { followers(first: 2) { nodes { id } } } } }',
      {},
      9,
    ],
    ['ids from a variable', 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: ['a', 'b'] }, 2],
    [
      'fragments count where they are spread',
      '{ user { ...F followers(first: 2) { nodes { ...F } } } } fragment F on User { followers(first: 5) { nodes { id } } }',
      {},
      17,
    ],
  ])('%s', (_name, query, variables, expected) => {
    expect(count(query, variables)).toBe(expected)
  })
})

test('a checker counts again for other variables and keeps nothing of earlier ones', () => {
  const judge = operationChecker(schema, { ...DEFAULT_LIMITS, nodes: 10 })
  const query =
    'query ($n: Int, $x: Boolean!) { user { followers(last: $n) { nodes @skip(if: $x) { id } } } }'
  const refused = (n: number) => judge({ query, variables: { n, x: false } })?.extensions['value'] ?? null
  expect([5, 11, 6, 12].map(refused)).toEqual([null, 11, null, 12])
  const constant = 'query ($x: Boolean!) { user { followers { nodes @skip(if: $x) { id } } } }'
  for (const x of [true, false]) {
    expect(judge({ query: constant, variables: { x } })?.extensions).toMatchObject({ value: 20 })
  }
})
