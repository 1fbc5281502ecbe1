import { inOne, type SchemaCase } from './schema-case.ts'

const MEDIA =
  'type Query { media: Media } interface Media @key(fields: "id") { id: ID! title: String } type Movie implements Media @key(fields: "id") { id: ID! title: String }'
const REVIEWS =
  'type Query { top: Media } type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int }'

/** `@inaccessible`, `@tag` and `@interfaceObject`. */
export const FEDERATION_VISIBILITY: readonly SchemaCase[] = [
  {
    name: 'a field becomes inaccessible',
    ...inOne('type Query { a: Int b: Int }', 'type Query { a: Int b: Int @inaccessible }'),
    operation: '{ b }',
    verdict: 'breaks',
    codes: ['INACCESSIBLE_ADDED'],
  },
  {
    name: 'a field that no operation selects becomes inaccessible',
    ...inOne('type Query { a: Int b: Int }', 'type Query { a: Int b: Int @inaccessible }'),
    operation: '{ a }',
    verdict: 'unused',
    codes: ['INACCESSIBLE_ADDED'],
  },
  {
    name: 'a field becomes inaccessible by a second subgraph',
    base: { users: 'type Query { a: Int b: Int @shareable }', posts: 'type Query { b: Int @shareable }' },
    head: {
      users: 'type Query { a: Int b: Int @shareable }',
      posts: 'type Query { b: Int @shareable @inaccessible }',
    },
    operation: '{ b }',
    verdict: 'breaks',
    codes: ['INACCESSIBLE_ADDED'],
  },
  {
    name: 'a type becomes inaccessible',
    ...inOne(
      'type Query { a: Int pet: Pet } interface Pet { id: ID } type Cat implements Pet { id: ID } type Dog implements Pet { id: ID }',
      'type Query { a: Int pet: Pet } interface Pet { id: ID } type Cat implements Pet { id: ID } type Dog implements Pet @inaccessible { id: ID }',
    ),
    operation: '{ pet { ... on Dog { id } } }',
    verdict: 'breaks',
    codes: ['INACCESSIBLE_ADDED'],
  },
  {
    name: 'an argument becomes inaccessible',
    ...inOne('type Query { a(x: Int): Int }', 'type Query { a(x: Int @inaccessible): Int }'),
    operation: '{ a(x: 1) }',
    verdict: 'breaks',
    codes: ['INACCESSIBLE_ADDED'],
  },
  {
    name: 'an enum value becomes inaccessible',
    ...inOne(
      'type Query { a(e: E): Int } enum E { X Y }',
      'type Query { a(e: E): Int } enum E { X Y @inaccessible }',
    ),
    operation: '{ a(e: Y) }',
    verdict: 'breaks',
    codes: ['INACCESSIBLE_ADDED'],
  },
  {
    name: 'an input field becomes inaccessible',
    ...inOne(
      'type Query { a(f: F): Int } input F { x: Int y: Int }',
      'type Query { a(f: F): Int } input F { x: Int y: Int @inaccessible }',
    ),
    operation: 'query ($f: F) { a(f: $f) }',
    variables: ['F.y'],
    verdict: 'breaks',
    codes: ['INACCESSIBLE_ADDED'],
  },
  {
    name: 'a field is no longer inaccessible',
    ...inOne('type Query { a: Int b: Int @inaccessible }', 'type Query { a: Int b: Int }'),
    operation: '{ a }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'an inaccessible field is removed',
    ...inOne('type Query { a: Int b: Int @inaccessible }', 'type Query { a: Int }'),
    operation: '{ a }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'a tag is added',
    ...inOne('type Query { a: Int }', 'type Query { a: Int @tag(name: "internal") }'),
    operation: '{ a }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'a tag is removed',
    ...inOne('type Query { a: Int @tag(name: "internal") }', 'type Query { a: Int }'),
    operation: '{ a }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'an interface object gives way to the definition, and its field is gone',
    base: { media: MEDIA, reviews: REVIEWS },
    head: { media: MEDIA, reviews: 'type Query { top: Media } interface Media { id: ID! }' },
    operation: '{ media { stars } }',
    verdict: 'breaks',
    codes: ['FIELD_REMOVED', 'FIELD_REMOVED', 'INTERFACE_OBJECT_REMOVED', 'KEY_REMOVED'],
  },
  {
    name: 'an interface object gives way to the types, which keep its field',
    base: { media: MEDIA, reviews: REVIEWS },
    head: {
      media: MEDIA,
      reviews:
        'type Query { top: Media } interface Media @key(fields: "id") { id: ID! stars: Int } type Movie implements Media @key(fields: "id") { id: ID! stars: Int }',
    },
    operation: '{ media { ... on Movie { stars } } }',
    verdict: 'breaks',
    codes: ['INTERFACE_OBJECT_REMOVED'],
  },
  {
    name: 'an interface becomes an interface object',
    base: {
      media: MEDIA,
      reviews:
        'type Query { top: Media } interface Media @key(fields: "id") { id: ID! stars: Int } type Movie implements Media @key(fields: "id") { id: ID! stars: Int }',
    },
    head: { media: MEDIA, reviews: REVIEWS },
    operation: '{ media { ... on Movie { stars } } }',
    verdict: 'dangerous',
    codes: ['INTERFACE_OBJECT_ADDED'],
  },
]
