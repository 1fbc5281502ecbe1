import { inOne, type SchemaCase } from './schema-case.ts'

const USER = 'type Query { user: User, named: Named } interface Named { name: String! }'

/** Changes of fields and of their types. */
export const FIELDS: readonly SchemaCase[] = [
  {
    name: 'a field in use is removed',
    ...inOne(
      'type Query { user: User } type User { id: ID! bio: String }',
      'type Query { user: User } type User { id: ID! }',
    ),
    operation: '{ user { bio } }',
    verdict: 'breaks',
    codes: ['FIELD_REMOVED'],
  },
  {
    name: 'a field that no operation selects is removed',
    ...inOne(
      'type Query { user: User } type User { id: ID! bio: String }',
      'type Query { user: User } type User { id: ID! }',
    ),
    operation: '{ user { id } }',
    verdict: 'unused',
    codes: ['FIELD_REMOVED'],
  },
  {
    name: 'a deprecated field in use is removed',
    ...inOne('type Query { a: Int old: Int @deprecated(reason: "Use a.") }', 'type Query { a: Int }'),
    operation: '{ old }',
    verdict: 'breaks',
    codes: ['FIELD_REMOVED'],
  },
  {
    name: 'a field is removed and another with a new name is added',
    ...inOne('type Query { bio: String }', 'type Query { biography: String }'),
    operation: '{ bio }',
    verdict: 'breaks',
    codes: ['FIELD_REMOVED'],
  },
  {
    name: 'a mutation is removed',
    ...inOne(
      'type Query { a: Int } type Mutation { follow: Int block: Int }',
      'type Query { a: Int } type Mutation { follow: Int }',
    ),
    operation: 'mutation { block }',
    verdict: 'breaks',
    codes: ['FIELD_REMOVED'],
  },
  {
    name: 'all mutations are removed',
    ...inOne('type Query { a: Int } type Mutation { block: Int }', 'type Query { a: Int }'),
    operation: 'mutation { block }',
    verdict: 'breaks',
    codes: ['SCHEMA_MUTATION_TYPE_CHANGED', 'TYPE_REMOVED'],
  },
  {
    name: 'all mutations are removed, and clients only query',
    ...inOne('type Query { a: Int } type Mutation { block: Int }', 'type Query { a: Int }'),
    operation: '{ a }',
    verdict: 'unused',
    codes: ['SCHEMA_MUTATION_TYPE_CHANGED', 'TYPE_REMOVED'],
  },
  {
    name: 'a field of an interface is removed, and its types keep it: selected by the interface',
    ...inOne(
      `${USER} type User implements Named { name: String! }`,
      'type Query { user: User, named: Named } interface Named { id: ID } type User implements Named { id: ID name: String! }',
    ),
    operation: '{ named { name } }',
    verdict: 'breaks',
    codes: ['FIELD_REMOVED'],
  },
  {
    name: 'a field of an interface is removed, and its types keep it: selected by the type',
    ...inOne(
      `${USER} type User implements Named { name: String! }`,
      'type Query { user: User, named: Named } interface Named { id: ID } type User implements Named { id: ID name: String! }',
    ),
    operation: '{ user { name } named { ... on User { name } } }',
    verdict: 'unused',
    codes: ['FIELD_REMOVED'],
  },
  {
    name: 'an optional field is added',
    ...inOne('type Query { a: Int }', 'type Query { a: Int b: Int }'),
    operation: '{ a }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'a field is deprecated',
    ...inOne('type Query { a: Int }', 'type Query { a: Int @deprecated(reason: "Use b.") }'),
    operation: '{ a }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'a field is no longer deprecated',
    ...inOne('type Query { a: Int @deprecated(reason: "Old.") }', 'type Query { a: Int }'),
    operation: '{ a }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'a description changes',
    ...inOne('type Query { "One." a: Int }', 'type Query { "The first." a: Int }'),
    operation: '{ a }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'a field becomes nullable',
    ...inOne('type Query { a: Int! }', 'type Query { a: Int }'),
    operation: '{ a }',
    verdict: 'breaks',
    codes: ['NULLABILITY_WEAKENED'],
  },
  {
    name: 'the items of a list become nullable',
    ...inOne('type Query { a: [Int!]! b: Int }', 'type Query { a: [Int]! b: Int }'),
    operation: '{ b }',
    verdict: 'unused',
    codes: ['NULLABILITY_WEAKENED'],
  },
  {
    name: 'a list becomes nullable and its items not null',
    ...inOne('type Query { a: [Int]! }', 'type Query { a: [Int!] }'),
    operation: '{ a }',
    verdict: 'breaks',
    codes: ['NULLABILITY_WEAKENED'],
  },
  {
    name: 'a nullable field becomes not null',
    ...inOne('type Query { a: [Int] }', 'type Query { a: [Int!]! }'),
    operation: '{ a }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'the scalar of a field changes',
    ...inOne('type Query { a: Int }', 'type Query { a: String }'),
    operation: '{ a }',
    verdict: 'breaks',
    codes: ['FIELD_TYPE_CHANGED'],
  },
  {
    name: 'a field becomes a list',
    ...inOne('type Query { a: Int b: Int }', 'type Query { a: [Int] b: Int }'),
    operation: '{ b }',
    verdict: 'unused',
    codes: ['FIELD_TYPE_CHANGED'],
  },
  {
    name: 'a field of an interface becomes one of its types: no fragment on another type',
    ...inOne(
      'type Query { top: Node all: Node } interface Node { id: ID } type A implements Node { id: ID } type B implements Node { id: ID }',
      'type Query { top: A all: Node } interface Node { id: ID } type A implements Node { id: ID } type B implements Node { id: ID }',
    ),
    operation: '{ top { id ... on A { id } } }',
    verdict: 'unused',
    codes: ['FIELD_TYPE_REFINED'],
  },
  {
    name: 'a field of an interface becomes one of its types: a fragment on another type',
    ...inOne(
      'type Query { top: Node all: Node } interface Node { id: ID } type A implements Node { id: ID } type B implements Node { id: ID }',
      'type Query { top: A all: Node } interface Node { id: ID } type A implements Node { id: ID } type B implements Node { id: ID }',
    ),
    operation: '{ top { ... on B { id } } }',
    verdict: 'breaks',
    codes: ['FIELD_TYPE_REFINED'],
  },
]
