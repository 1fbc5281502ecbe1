import { buildSchema, parse, validate, type OperationDefinitionNode } from 'graphql'
import { expect, test } from 'vitest'
import { operationCoordinates } from './operation-coordinates.ts'

const schema = buildSchema(`
  enum Order { TOP NEW }
  input Range { from: Int, to: Int, within: Range }
  input Filter { order: Order = TOP, orders: [Order!], range: Range, ranges: [Range!] }
  interface Node { id: ID! }
  type User implements Node { id: ID! bio(length: Int): String posts(filter: Filter, order: Order): [Post!] }
  type Post implements Node { id: ID! author: User }
  union Found = User | Post
  type Query { node(id: ID!): Node search(text: String!): [Found!] me: User }`)

function coordinatesOf(text: string): string[] {
  const document = parse(text)
  expect(validate(schema, document)).toEqual([])
  return operationCoordinates(schema, document, document.definitions[0] as OperationDefinitionNode)
}

test.each([
  ['{ me { bio(length: 3) } }', ['Query.me', 'User.bio', 'User.bio(length:)']],
  ['{ x: me { __typename } __schema { types { name } } __type(name: "User") { name } }', ['Query.me']],
  [
    '{ node(id: 1) { id ... on Post { id author { id } } } }',
    ['Node.id', 'Post.author', 'Post.id', 'Query.node', 'Query.node(id:)', 'User.id'],
  ],
  [
    '{ search(text: "a") { ...F ...F } } fragment F on Found { ... on User { ...U } } fragment U on User { bio @skip(if: true) }',
    ['Query.search', 'Query.search(text:)', 'User.bio'],
  ],
  [
    '{ me { posts(filter: {orders: [NEW], ranges: {within: {from: 1}}}, order: TOP) { id } } }',
    [
      'Filter.orders',
      'Filter.ranges',
      'Order.NEW',
      'Order.TOP',
      'Post.id',
      'Query.me',
      'Range.from',
      'Range.within',
      'User.posts',
      'User.posts(filter:)',
      'User.posts(order:)',
    ],
  ],
  [
    'query ($f: Filter = {order: NEW}, $to: Int) { me { posts(filter: $f) { id } p: posts(filter: {range: {to: $to}}) { id } } }',
    [
      'Filter.order',
      'Filter.range',
      'Order.NEW',
      'Post.id',
      'Query.me',
      'Range.to',
      'User.posts',
      'User.posts(filter:)',
    ],
  ],
])('%s', (text, coordinates) => {
  expect(coordinatesOf(text)).toEqual(coordinates)
})

test('fields of other operations and of unused fragments are not used', () => {
  // Not valid by the rules, but it shows what is left out.
  const document = parse('query A { me { id } } query B { me { bio } } fragment F on User { posts { id } }')
  const [first] = document.definitions as [OperationDefinitionNode]
  expect(operationCoordinates(schema, document, first)).toEqual(['Query.me', 'User.id'])
})
