import { buildSchema, parse, validate, type OperationDefinitionNode } from 'graphql'
import { expect, test } from 'vitest'
import { normaliseOperation } from './normalise-operation.ts'

function normalised(text: string, index = 0): string {
  const document = parse(text)
  return normaliseOperation(document, document.definitions[index] as OperationDefinitionNode)
}

test('literal values, aliases, white space and order do not matter', () => {
  const texts = [
    'query Feed($n: Int = 20, $id: ID!) { user(id: $id) { bio handle } feed(first: $n, after: "x") { id } }',
    `query Feed($id: ID!, $n: Int = 5) {
      feed(after: "a longer cursor", first: $n) { id other: id }
      # a comment
      me: user(id: $id) { handle, bio }
    }`,
  ]
  for (const text of texts) {
    expect(normalised(text)).toBe(
      'query Feed($id: ID!, $n: Int = 0) { feed(after: "", first: $n) { id } user(id: $id) { bio handle } }',
    )
  }
})

test.each([
  ['{ a(x: {b: 1, a: {c: "secret"}}) }', 'query { a(x: {a: {c: ""}, b: 0}) }'],
  ['{ a(x: [3, 1, 2], y: [TOP, NEW, TOP], z: []) }', 'query { a(x: [0], y: [NEW, TOP], z: []) }'],
  ['{ a(x: 1.5, y: true, z: null, v: """block""") }', 'query { a(v: "", x: 0, y: true, z: null) }'],
  [
    'mutation M { b a @skip(if: true) @include(if: false) }',
    'mutation M { a @skip(if: true) @include(if: false) b }',
  ],
  [
    '{ n { ...B ...A ... on U { x } ... @include(if: true) { y } } } fragment B on N { ...A } fragment A on N { b a } fragment C on N { c }',
    'query { n { ... @include(if: true) { y } ... on U { x } ...A ...B } } fragment A on N { a b } fragment B on N { ...A }',
  ],
])('%s', (text, expected) => {
  expect(normalised(text)).toBe(expected)
})

test('other operations of the document do not matter', () => {
  const text = 'query A { a ...F } query B { b } fragment F on Query { f }'
  expect(normalised(text, 0)).toBe('query A { ...F a } fragment F on Query { f }')
  expect(normalised(text, 1)).toBe('query B { b }')
})

test('the text is a valid document', () => {
  const schema = buildSchema(`
    input I { ids: [ID!]!, text: String!, n: Float }
    enum E { X }
    type Query { a(i: I!, e: [E!]): Int }`)
  const text = normalised('query ($n: Float = 1.5) { x: a(i: {ids: ["1", "2"], text: "t", n: $n}, e: X) }')
  expect(validate(schema, parse(text))).toEqual([])
})
