import { buildSchema } from 'graphql'
import { expect, test } from 'vitest'
import { referenceOf } from './reference.ts'

const SCHEMA = buildSchema(`
"The whole." schema { query: Query mutation: Mutation }
type Query {
  """
  Finds a user.

  Example: \`{ user(id: "1") { id } }\`
  """
  user("Its id." id: ID! kind: Kind = GOOD): User
}
type Mutation { "Changes." change(input: ChangeInput!): Change @deprecated(reason: "Use \`edit\`.") }
"A user."
type User implements Node {
  "Its id."
  id: ID!
  """
  Its names.

  In order.
  """
  names("How many." first: Int = 20): [String!]!
}
interface Node { id: ID! }
union Change = User
"The input." input ChangeInput @oneOf { "A." a: Int  b: [Int!] }
enum Kind { "Good." GOOD  BAD @deprecated(reason: "Be good.") }
"A time." scalar Time @specifiedBy(url: "https://time.example")
`)

test('a page has the operations, and all types by kind, with links, defaults and deprecations', () => {
  expect(referenceOf(SCHEMA, '../api.graphql'))
    .toBe(`<!-- Generated from ../api.graphql by npm run schema:docs. -->

# Schema reference

The whole.

- [Queries](#queries)
- [Mutations](#mutations)
- [Objects](#objects)
- [Interfaces](#interfaces)
- [Unions](#unions)
- [Input objects](#input-objects)
- [Enums](#enums)
- [Scalars](#scalars)

## Queries

### Query.user

Finds a user.

Example: \`{ user(id: "1") { id } }\`

Returns [\`User\`](#user).

- \`id\`: \`ID!\`. Its id.
- \`kind\`: [\`Kind\`](#kind), default \`GOOD\`

## Mutations

### Mutation.change

**Deprecated.** Use \`edit\`.

Changes.

Returns [\`Change\`](#change).

- \`input\`: [\`ChangeInput!\`](#changeinput)

## Objects

### User

A user.

Implements [\`Node\`](#node).

- \`id\`: \`ID!\`. Its id.
- \`names\`: \`[String!]!\`. Its names.

  In order.
  - \`first\`: \`Int\`, default \`20\`. How many.

## Interfaces

### Node

Implemented by [\`User\`](#user).

- \`id\`: \`ID!\`

## Unions

### Change

One of [\`User\`](#user).

## Input objects

### ChangeInput

The input.

Exactly one of these fields is given.

- \`a\`: \`Int\`. A.
- \`b\`: \`[Int!]\`

## Enums

### Kind

- \`GOOD\`. Good.
- \`BAD\`. **Deprecated.** Be good.

## Scalars

### Time

A time.

Specification: <https://time.example>
`)
})
