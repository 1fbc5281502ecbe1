import { inOne, type SchemaCase } from './schema-case.ts'

const field = (before: string, after: string) =>
  inOne(`type Query { a: Int b: Int ${before} }`, `type Query { a: Int b: Int ${after} }`)
const type = (before: string, after: string) =>
  inOne(
    `type Query { a: Int u: U } type U ${before} { x: Int }`,
    `type Query { a: Int u: U } type U ${after} { x: Int }`,
  )
const scopes = (...lists: readonly (readonly string[])[]) =>
  `@requiresScopes(scopes: ${JSON.stringify(lists)})`

/** `@authenticated`, `@requiresScopes` and `@policy`. */
export const FEDERATION_ACCESS: readonly SchemaCase[] = [
  {
    name: 'a field requires authentication',
    ...field('', '@authenticated'),
    operation: '{ b }',
    verdict: 'breaks',
    codes: ['ACCESS_RESTRICTED'],
  },
  {
    name: 'a field that no operation selects requires authentication',
    ...field('', '@authenticated'),
    operation: '{ a }',
    verdict: 'unused',
    codes: ['ACCESS_RESTRICTED'],
  },
  {
    name: 'a field no longer requires authentication',
    ...field('@authenticated', ''),
    operation: '{ b }',
    verdict: 'dangerous',
    codes: ['ACCESS_WIDENED'],
  },
  {
    name: 'a type requires authentication',
    ...type('', '@authenticated'),
    operation: '{ u { x } }',
    verdict: 'breaks',
    codes: ['ACCESS_RESTRICTED'],
  },
  {
    name: 'a type that no operation selects requires authentication',
    ...type('', '@authenticated'),
    operation: '{ a }',
    verdict: 'unused',
    codes: ['ACCESS_RESTRICTED'],
  },
  {
    name: 'a scalar requires a scope',
    ...inOne('type Query { a: S } scalar S', `type Query { a: S } scalar S ${scopes(['s'])}`),
    operation: '{ a }',
    verdict: 'breaks',
    codes: ['ACCESS_RESTRICTED'],
  },
  {
    name: 'a field requires one more scope',
    ...field(scopes(['x']), scopes(['x', 'y'])),
    operation: '{ b }',
    verdict: 'breaks',
    codes: ['ACCESS_RESTRICTED'],
  },
  {
    name: 'a field may be read with one more scope',
    ...field(scopes(['x']), scopes(['x'], ['y'])),
    operation: '{ b }',
    verdict: 'dangerous',
    codes: ['ACCESS_WIDENED'],
  },
  {
    name: 'one of two scopes no longer suffices',
    ...field(scopes(['x'], ['y']), scopes(['x'])),
    operation: '{ b }',
    verdict: 'breaks',
    codes: ['ACCESS_RESTRICTED'],
  },
  {
    name: 'the scopes are listed in another order',
    ...field(scopes(['x', 'y'], ['z']), scopes(['z'], ['y', 'x'])),
    operation: '{ b }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'a field gets a policy',
    ...field('', '@policy(policies: [["p"]])'),
    operation: '{ b }',
    verdict: 'breaks',
    codes: ['ACCESS_RESTRICTED'],
  },
  {
    name: 'a second subgraph requires authentication for a shareable field',
    base: { users: 'type Query { a: Int @shareable }', posts: 'type Query { a: Int @shareable }' },
    head: {
      users: 'type Query { a: Int @shareable }',
      posts: 'type Query { a: Int @shareable @authenticated }',
    },
    operation: '{ a }',
    verdict: 'breaks',
    codes: ['ACCESS_RESTRICTED'],
  },
  {
    name: 'another subgraph requires the authentication',
    base: {
      users: 'type Query { a: Int @shareable @authenticated }',
      posts: 'type Query { a: Int @shareable }',
    },
    head: {
      users: 'type Query { a: Int @shareable }',
      posts: 'type Query { a: Int @shareable @authenticated }',
    },
    operation: '{ a }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'a new field requires authentication',
    ...inOne('type Query { a: Int }', 'type Query { a: Int b: Int @authenticated }'),
    operation: '{ a }',
    verdict: 'safe',
    codes: [],
  },
]
