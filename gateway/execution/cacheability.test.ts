import { buildSchema, parse, type OperationDefinitionNode } from 'graphql'
import { expect, test } from 'vitest'
import { cacheabilityOf } from './cacheability.ts'
import { cacheHintsIn } from './planner/cache-hints.ts'
import { fragmentsOf } from './without-introspection.ts'

const sdl = `
  directive @cacheControl(maxAge: Int, scope: Scope) repeatable on FIELD_DEFINITION | OBJECT
  enum Scope { PUBLIC PRIVATE }
  interface Node { id: ID! }
  type Query { user: User @cacheControl(maxAge: 400, scope: PUBLIC), search: [User], users: Users, node: Node @cacheControl(maxAge: 50, scope: PUBLIC), plain: String
    found: Found @cacheControl(maxAge: 50, scope: PUBLIC), maybe: Maybe @cacheControl(scope: PUBLIC), keeper: Keeper @cacheControl(maxAge: 50, scope: PUBLIC) }
  type Mutation { rename: User }
  type Users { total: Int, nodes: [User] }
  type User implements Node @cacheControl(maxAge: 300, scope: PUBLIC) @cacheControl(maxAge: 200) {
    id: ID!
    name: String
    online: Boolean @cacheControl(maxAge: 5)
    never: Boolean @cacheControl(maxAge: 0)
    followed: Boolean @cacheControl(scope: PRIVATE)
    friends: Users
    best: Book
  }
  interface Keeper { id: ID! }
  type Safe implements Keeper @cacheControl(maxAge: 0) { id: ID! }
  type Letter @cacheControl(maxAge: 20, scope: PRIVATE) { text: String }
  union Found = User | Letter
  union Maybe = User | Book
  type Book implements Node { id: ID! @cacheControl(scope: PRIVATE) title: String }
`
const schema = buildSchema(sdl)
const hints = cacheHintsIn(parse(sdl))

function of(text: string) {
  const document = parse(text)
  const operation = document.definitions[0] as OperationDefinitionNode
  return cacheabilityOf(schema, hints, operation, fragmentsOf(document))
}

test('the least age and the strictest scope of all fields count', () => {
  expect(of('{ user { name } }')).toEqual({ maxAge: 200, scope: 'PUBLIC' })
  expect(of('{ user { name online } }')).toEqual({ maxAge: 5, scope: 'PUBLIC' })
  expect(of('{ user { followed } }')).toEqual({ maxAge: 200, scope: 'PRIVATE' })
  expect(of('{ user { never } }')).toBeNull()
  expect(of('{ user { name } plain }')).toBeNull()
})

test('a field without a hint is like the field above, through fragments too', () => {
  expect(of('{ user { friends { total nodes { name } } best { title } } }')).toEqual({
    maxAge: 200,
    scope: 'PUBLIC',
  })
  expect(of('{ user { ...F } } fragment F on User { ... { best { id } } }')).toEqual({
    maxAge: 200,
    scope: 'PRIVATE',
  })
})

test('at the root, nothing is cached unless the schema says so', () => {
  expect(of('{ users { total } }')).toBeNull()
  expect(of('{ users { nodes { name } } }')).toBeNull()
  expect(of('{ search { name } }')).toBeNull()
  expect(of('{ __typename }')).toBeNull()
  // As in Envelop (issue 761): introspection was cached.
  expect(of('{ __schema { description } }')).toBeNull()
  expect(of('{ user { name } __schema { description } }')).toBeNull()
  expect(of('{ ... on Query { user { name } t: __type(name: "User") { name } } }')).toBeNull()
  expect(of('mutation { rename { name } }')).toBeNull()
})

test('a field of an interface is as strict as that of each object type', () => {
  expect(of('{ node { ... on User { name } } }')).toEqual({ maxAge: 50, scope: 'PUBLIC' })
  expect(of('{ node { id } }')).toEqual({ maxAge: 50, scope: 'PRIVATE' })
})

test('a field that returns an interface or a union is as strict as each object type', () => {
  expect(of('{ found { ... on Letter { text } } }')).toEqual({ maxAge: 20, scope: 'PRIVATE' })
  expect(of('{ found { __typename } }')).toEqual({ maxAge: 20, scope: 'PRIVATE' })
  expect(of('{ maybe { ... on User { name } } }')).toBeNull()
  expect(of('{ keeper { ... on Safe { id } } }')).toBeNull()
})

test('invalid hints are refused with their place', () => {
  expect(() => cacheHintsIn(parse('type A { b: Int @cacheControl(maxAge: -1) }'))).toThrow(
    'A.b has @cacheControl',
  )
  expect(() => cacheHintsIn(parse('type A @cacheControl(scope: ALL) { b: Int }'))).toThrow(
    'PUBLIC or PRIVATE',
  )
})
