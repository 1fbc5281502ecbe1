import { buildSchema } from 'graphql'
import { expect, test } from 'vitest'
import { changedCoordinates } from './changed-coordinates.ts'
import { recordedOperation } from './known-operation.ts'

const BASE = `
  directive @tag(a: Int) on FIELD
  type Query { user(in: In, size: Size): User any: Any node: Node label: Label kind(at: Mark): Int }
  type User implements Node { id: ID bio: String }
  type Post { id: ID }
  interface Node { id: ID }
  union Any = User | Post
  input In { a: Int deep: Deep }
  input Deep { b: Int }
  enum Size { BIG SMALL }
  scalar Mark
  scalar Label
`

test('an equal schema, and descriptions, change nothing', () => {
  const described = BASE.replace('scalar Mark', '"A mark." scalar Mark')
  expect(changedCoordinates(buildSchema(BASE), buildSchema(described)).size).toBe(0)
})

test.each([
  ['a field', 'bio: String', 'bio(a: Int!): String', '{ user { bio } }'],
  ['a removed field', ' bio: String', '', '{ user { bio } }'],
  ['a required argument', 'in: In,', 'in: In!,', '{ user { id } }'],
  ['a member of a union', '= User | Post', '= Post', '{ any { ... on User { id } } }'],
  ['an implementation', 'User implements Node', 'User', '{ node { ... on User { id } } }'],
  ['a value of an enum in a literal', 'BIG SMALL', 'BIG', '{ user(size: SMALL) { id } }'],
  ['the kind of an argument', 'scalar Mark', 'enum Mark { A }', '{ kind(at: 1) }'],
  ['the kind of a field', 'scalar Label', 'type Label { a: Int }', '{ label }'],
  ['an input type in a literal', 'b: Int', 'b: Int c: Int!', '{ user(in: {deep: {b: 1}}) { id } }'],
  ['a directive', 'on FIELD', 'on QUERY', '{ user { id @tag(a: 1) } }'],
])('an operation that %s makes invalid is found', (_, from, to, document) => {
  const [base, head] = [buildSchema(BASE), buildSchema(BASE.replace(from, to))]
  const changed = changedCoordinates(base, head)
  const recorded = { signature: '1', name: 'A', document, coordinates: [], clients: [] }
  const operation = recordedOperation(recorded, { base, head }, changed)
  expect(operation.valid()).toBe(true)
  expect(operation.failures()).not.toEqual([])
})

test('a field that an operation does not select is no change for it', () => {
  const changed = changedCoordinates(buildSchema(BASE), buildSchema(BASE.replace(' bio: String', '')))
  expect([...changed]).toEqual(['User.bio'])
})
