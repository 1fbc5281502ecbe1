import { inOne, type SchemaCase } from './schema-case.ts'

const ANIMALS =
  'type Cat implements Pet { id: ID } type Dog implements Pet { id: ID } interface Pet { id: ID }'

/** Changes of enums, unions, interfaces, directives and of types as a whole. */
export const TYPES: readonly SchemaCase[] = [
  {
    name: 'an enum value that an operation passes is removed',
    ...inOne('type Query { a(e: E): Int } enum E { X Y }', 'type Query { a(e: E): Int } enum E { X }'),
    operation: '{ a(e: Y) }',
    verdict: 'breaks',
    codes: ['ENUM_VALUE_REMOVED'],
  },
  {
    name: 'an enum value that may be in a variable is removed',
    ...inOne('type Query { a(e: E): Int } enum E { X Y }', 'type Query { a(e: E): Int } enum E { X }'),
    operation: 'query ($e: E) { a(e: $e) }',
    variables: ['E.Y'],
    verdict: 'breaks',
    codes: ['ENUM_VALUE_REMOVED'],
  },
  {
    name: 'an enum value is removed, and the operation passes another one',
    ...inOne('type Query { a(e: E): Int } enum E { X Y }', 'type Query { a(e: E): Int } enum E { X }'),
    operation: '{ a(e: X) }',
    verdict: 'unused',
    codes: ['ENUM_VALUE_REMOVED'],
  },
  {
    name: 'an enum value is removed, and the operation selects a field of the enum',
    ...inOne('type Query { e: [E!] } enum E { X Y }', 'type Query { e: [E!] } enum E { X }'),
    operation: '{ e }',
    verdict: 'breaks',
    codes: ['ENUM_VALUE_REMOVED'],
  },
  {
    name: 'an enum value is added to an enum that clients read',
    ...inOne('type Query { e: E } enum E { X }', 'type Query { e: E } enum E { X Y }'),
    operation: '{ e }',
    verdict: 'dangerous',
    codes: ['ENUM_VALUE_ADDED'],
  },
  {
    name: 'an enum value is added to an enum that clients only pass',
    ...inOne('type Query { a(e: E): Int } enum E { X }', 'type Query { a(e: E): Int } enum E { X Y }'),
    operation: '{ a(e: X) }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'a member of a union with a fragment is removed',
    ...inOne(
      `type Query { found: Found pet: Pet } union Found = Cat | Dog ${ANIMALS}`,
      `type Query { found: Found pet: Pet } union Found = Cat ${ANIMALS}`,
    ),
    operation: '{ found { ... on Dog { id } } }',
    verdict: 'breaks',
    codes: ['UNION_MEMBER_REMOVED'],
  },
  {
    name: 'a member of a union is removed, and the fragment on it is in another selection',
    ...inOne(
      `type Query { found: Found pet: Pet } union Found = Cat | Dog ${ANIMALS}`,
      `type Query { found: Found pet: Pet } union Found = Cat ${ANIMALS}`,
    ),
    operation: '{ found { ... on Cat { id } } pet { ... on Dog { id } } }',
    verdict: 'unused',
    codes: ['UNION_MEMBER_REMOVED'],
  },
  {
    name: 'a member is added to a union',
    ...inOne(
      `type Query { found: Found dog: Dog } union Found = Cat ${ANIMALS}`,
      `type Query { found: Found dog: Dog } union Found = Cat | Dog ${ANIMALS}`,
    ),
    operation: '{ found { ... on Cat { id } } }',
    verdict: 'dangerous',
    codes: ['UNION_MEMBER_ADDED'],
  },
  {
    name: 'a type with a fragment leaves an interface',
    ...inOne(
      `type Query { pet: Pet dog: Dog } ${ANIMALS}`,
      'type Query { pet: Pet dog: Dog } type Cat implements Pet { id: ID } type Dog { id: ID } interface Pet { id: ID }',
    ),
    operation: '{ pet { ... on Dog { id } } }',
    verdict: 'breaks',
    codes: ['OBJECT_TYPE_INTERFACE_REMOVED'],
  },
  {
    name: 'a type leaves an interface, and the operation has no fragment on it',
    ...inOne(
      `type Query { pet: Pet dog: Dog } ${ANIMALS}`,
      'type Query { pet: Pet dog: Dog } type Cat implements Pet { id: ID } type Dog { id: ID } interface Pet { id: ID }',
    ),
    operation: '{ pet { id } dog { id } }',
    verdict: 'unused',
    codes: ['OBJECT_TYPE_INTERFACE_REMOVED'],
  },
  {
    name: 'a type joins an interface',
    ...inOne(
      'type Query { pet: Pet dog: Dog } type Cat implements Pet { id: ID } type Dog { id: ID } interface Pet { id: ID }',
      `type Query { pet: Pet dog: Dog } ${ANIMALS}`,
    ),
    operation: '{ pet { id } }',
    verdict: 'dangerous',
    codes: ['OBJECT_TYPE_INTERFACE_ADDED'],
  },
  {
    name: 'a type with a fragment is removed',
    ...inOne(
      `type Query { pet: Pet } ${ANIMALS}`,
      'type Query { pet: Pet } type Cat implements Pet { id: ID } interface Pet { id: ID }',
    ),
    operation: '{ pet { ... on Dog { id } } }',
    verdict: 'breaks',
    codes: ['TYPE_REMOVED'],
  },
  {
    name: 'an input type that nothing refers to is removed',
    ...inOne('type Query { a: Int } input Unused { a: Int }', 'type Query { a: Int }'),
    operation: '{ a }',
    verdict: 'unused',
    codes: ['TYPE_REMOVED'],
  },
  {
    name: 'an input type is renamed, and the operation has a variable of it',
    ...inOne(
      'type Query { a(f: Old): Int } input Old { n: Int }',
      'type Query { a(f: New): Int } input New { n: Int }',
    ),
    operation: 'query ($f: Old) { a(f: $f) }',
    variables: ['Old.n'],
    verdict: 'breaks',
    codes: ['TYPE_REMOVED', 'FIELD_ARGUMENT_TYPE_CHANGED'],
  },
  {
    name: 'an input type is renamed, and the operation has a literal of it',
    ...inOne(
      'type Query { a(f: Old): Int } input Old { n: Int }',
      'type Query { a(f: New): Int } input New { n: Int }',
    ),
    operation: '{ a(f: { n: 1 }) }',
    verdict: 'unused',
    codes: ['TYPE_REMOVED', 'FIELD_ARGUMENT_TYPE_CHANGED'],
  },
  {
    name: 'an object type becomes an interface',
    ...inOne(
      'type Query { pet: Pet a: A } type Pet { id: ID } type A { id: ID }',
      'type Query { pet: Pet a: A } interface Pet { id: ID } type A implements Pet { id: ID }',
    ),
    operation: '{ pet { ... on Pet { id } } }',
    verdict: 'unused',
    codes: ['TYPE_KIND_CHANGED', 'OBJECT_TYPE_INTERFACE_ADDED'],
  },
  {
    name: 'an enum becomes a scalar',
    ...inOne('type Query { a: E } enum E { X }', 'type Query { a: E } scalar E'),
    operation: '{ a }',
    verdict: 'breaks',
    codes: ['TYPE_KIND_CHANGED'],
  },
  {
    name: 'a directive in use is removed',
    ...inOne('type Query { a: Int } directive @live on FIELD', 'type Query { a: Int }'),
    operation: '{ a @live }',
    verdict: 'breaks',
    codes: ['DIRECTIVE_REMOVED'],
  },
  {
    name: 'a directive that no operation has is removed',
    ...inOne('type Query { a: Int } directive @live on FIELD', 'type Query { a: Int }'),
    operation: '{ a }',
    verdict: 'unused',
    codes: ['DIRECTIVE_REMOVED'],
  },
  {
    name: 'a directive of the SDL is removed',
    ...inOne('type Query { a: Int @team } directive @team on FIELD_DEFINITION', 'type Query { a: Int }'),
    operation: '{ a }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'a repeated directive is no longer repeatable',
    ...inOne(
      'type Query { a: Int } directive @log(to: String) repeatable on FIELD',
      'type Query { a: Int } directive @log(to: String) on FIELD',
    ),
    operation: '{ a @log(to: "x") @log(to: "y") }',
    verdict: 'breaks',
    codes: ['DIRECTIVE_REPEATABLE_REMOVED'],
  },
  {
    name: 'a directive gets a required argument',
    ...inOne(
      'type Query { a: Int } directive @log on FIELD',
      'type Query { a: Int } directive @log(to: String!) on FIELD',
    ),
    operation: '{ a @log }',
    verdict: 'breaks',
    codes: ['REQUIRED_DIRECTIVE_ARGUMENT_ADDED'],
  },
  {
    name: 'an argument of a directive in use is removed',
    ...inOne(
      'type Query { a: Int } directive @log(to: String) on FIELD',
      'type Query { a: Int } directive @log on FIELD',
    ),
    operation: '{ a @log(to: "x") }',
    verdict: 'breaks',
    codes: ['DIRECTIVE_ARGUMENT_REMOVED'],
  },
  {
    name: 'a location of a directive in use is removed',
    ...inOne(
      'type Query { a: Int } directive @log on FIELD | QUERY',
      'type Query { a: Int } directive @log on QUERY',
    ),
    operation: '{ a @log }',
    verdict: 'breaks',
    codes: ['DIRECTIVE_LOCATION_REMOVED'],
  },
  {
    name: 'all subscriptions are removed',
    ...inOne('type Query { a: Int } type Subscription { s: Int }', 'type Query { a: Int }'),
    operation: 'subscription { s }',
    verdict: 'breaks',
    codes: ['SCHEMA_SUBSCRIPTION_TYPE_CHANGED', 'TYPE_REMOVED'],
  },
  {
    name: 'the specification of a scalar changes',
    ...inOne(
      'type Query { a: D } scalar D @specifiedBy(url: "https://a.example")',
      'type Query { a: D } scalar D @specifiedBy(url: "https://b.example")',
    ),
    operation: '{ a }',
    verdict: 'safe',
    codes: [],
  },
]
