import type { SchemaCase } from './schema-case.ts'

const users = (directives: string, fields: string) =>
  `type Query { user: User } type User ${directives} { id: ID! ${fields} }`
const posts = (directives: string, fields: string) =>
  `type Query { post: Post } type Post { author: User } type User ${directives} { ${fields} }`
const STUB = posts('@key(fields: "id", resolvable: false)', 'id: ID!')

/** Keys, references, interface objects and whole subgraphs. */
export const FEDERATION_ENTITIES: readonly SchemaCase[] = [
  {
    name: 'one of two keys is removed, and other subgraphs refer to the entity',
    base: {
      users: users('@key(fields: "id") @key(fields: "handle")', 'handle: String! bio: String'),
      posts: STUB,
    },
    head: { users: users('@key(fields: "id")', 'handle: String! bio: String'), posts: STUB },
    operation: '{ post { author { bio } } }',
    verdict: 'breaks',
    codes: ['KEY_REMOVED'],
  },
  {
    name: 'a key is removed, and no operation selects a field of the entity here',
    base: {
      users: users('@key(fields: "id") @key(fields: "handle")', 'handle: String! bio: String'),
      posts: STUB,
    },
    head: { users: users('@key(fields: "id")', 'handle: String! bio: String'), posts: STUB },
    operation: '{ post { author { id } } }',
    verdict: 'unused',
    codes: ['KEY_REMOVED'],
  },
  {
    name: 'a key is removed from an entity that no other subgraph has',
    base: { users: users('@key(fields: "id")', 'bio: String') },
    head: { users: users('', 'bio: String') },
    operation: '{ user { bio } }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'a key is replaced by another one, in all subgraphs',
    base: { users: users('@key(fields: "id")', 'handle: String! bio: String'), posts: STUB },
    head: {
      users: users('@key(fields: "handle")', 'handle: String! bio: String'),
      posts: posts('@key(fields: "handle", resolvable: false)', 'handle: String!'),
    },
    operation: '{ post { author { bio } } }',
    verdict: 'breaks',
    codes: ['KEY_REMOVED'],
  },
  {
    name: 'a key gets one more field',
    base: {
      users: users('@key(fields: "id")', 'org: ID! bio: String'),
      posts: posts('@key(fields: "id", resolvable: false)', 'id: ID!'),
    },
    head: {
      users: users('@key(fields: "id org")', 'org: ID! bio: String'),
      posts: posts('@key(fields: "id org", resolvable: false)', 'id: ID! org: ID!'),
    },
    operation: '{ post { author { bio } } }',
    verdict: 'breaks',
    codes: ['KEY_WIDENED'],
  },
  {
    name: 'a key is narrowed to one of its fields',
    base: {
      users: users('@key(fields: "id org")', 'org: ID! @shareable bio: String'),
      posts: posts('@key(fields: "id org", resolvable: false)', 'id: ID! org: ID! @shareable'),
    },
    head: {
      users: users('@key(fields: "id")', 'org: ID! @shareable bio: String'),
      posts: posts('@key(fields: "id", resolvable: false)', 'id: ID! org: ID! @shareable'),
    },
    operation: '{ post { author { bio } } }',
    verdict: 'dangerous',
    codes: ['KEY_NARROWED'],
  },
  {
    name: 'a key is added',
    base: { users: users('@key(fields: "id")', 'handle: String! bio: String'), posts: STUB },
    head: {
      users: users('@key(fields: "id") @key(fields: "handle")', 'handle: String! bio: String'),
      posts: STUB,
    },
    operation: '{ post { author { bio } } }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'an entity can no longer be loaded, and its field moves with @override',
    base: {
      users: users('@key(fields: "id")', 'bio: String'),
      posts: posts('@key(fields: "id")', 'id: ID!'),
    },
    head: {
      users: users('@key(fields: "id", resolvable: false)', 'bio: String'),
      posts: posts('@key(fields: "id")', 'id: ID! bio: String @override(from: "users")'),
    },
    operation: '{ post { author { bio } } }',
    verdict: 'breaks',
    codes: ['ENTITY_NOT_RESOLVABLE'],
  },
  {
    name: 'one of two keys is no longer resolvable',
    base: {
      users: users('@key(fields: "id") @key(fields: "handle")', 'handle: String! bio: String'),
      posts: STUB,
    },
    head: {
      users: users(
        '@key(fields: "id") @key(fields: "handle", resolvable: false)',
        'handle: String! bio: String',
      ),
      posts: STUB,
    },
    operation: '{ post { author { bio } } }',
    verdict: 'dangerous',
    codes: ['KEY_NOT_RESOLVABLE'],
  },
  {
    name: 'a resolver requires one more field',
    base: {
      users: users('@key(fields: "id")', 'name: String age: Int'),
      posts: posts(
        '@key(fields: "id")',
        'id: ID! name: String @external age: Int @external card: String @requires(fields: "name") old: Int @requires(fields: "age")',
      ),
    },
    head: {
      users: users('@key(fields: "id")', 'name: String age: Int'),
      posts: posts(
        '@key(fields: "id")',
        'id: ID! name: String @external age: Int @external card: String @requires(fields: "name age") old: Int @requires(fields: "age")',
      ),
    },
    operation: '{ post { author { card } } }',
    verdict: 'dangerous',
    codes: ['REQUIRES_WIDENED'],
  },
  {
    name: 'a resolver requires one field less',
    base: {
      users: users('@key(fields: "id")', 'name: String age: Int'),
      posts: posts(
        '@key(fields: "id")',
        'id: ID! name: String @external age: Int @external card: String @requires(fields: "name age")',
      ),
    },
    head: {
      users: users('@key(fields: "id")', 'name: String age: Int'),
      posts: posts(
        '@key(fields: "id")',
        'id: ID! name: String @external card: String @requires(fields: "name")',
      ),
    },
    operation: '{ post { author { card } } }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'a field no longer provides another one',
    base: {
      users: users('@key(fields: "id")', 'name: String @shareable'),
      posts:
        'type Query { post: Post } type Post { author: User @provides(fields: "name") } type User @key(fields: "id", resolvable: false) { id: ID! name: String @external }',
    },
    head: { users: users('@key(fields: "id")', 'name: String @shareable'), posts: STUB },
    operation: '{ post { author { name } } }',
    verdict: 'dangerous',
    codes: ['PROVIDES_REMOVED'],
  },
  {
    name: 'a field provides another one',
    base: { users: users('@key(fields: "id")', 'name: String @shareable'), posts: STUB },
    head: {
      users: users('@key(fields: "id")', 'name: String @shareable'),
      posts:
        'type Query { post: Post } type Post { author: User @provides(fields: "name") } type User @key(fields: "id", resolvable: false) { id: ID! name: String @external }',
    },
    operation: '{ post { author { name } } }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'a subgraph is removed with its fields',
    base: { users: users('@key(fields: "id")', 'bio: String'), posts: STUB },
    head: { users: users('@key(fields: "id")', 'bio: String') },
    operation: '{ post { author { bio } } }',
    verdict: 'breaks',
    codes: ['FIELD_REMOVED', 'SUBGRAPH_REMOVED', 'TYPE_REMOVED'],
  },
  {
    name: 'a subgraph is removed, and another one takes its fields',
    base: { users: users('@key(fields: "id")', 'bio: String'), posts: STUB },
    head: {
      users:
        'type Query { user: User post: Post } type Post { author: User } type User @key(fields: "id") { id: ID! bio: String }',
    },
    operation: '{ post { author { bio } } }',
    verdict: 'breaks',
    codes: ['SUBGRAPH_REMOVED'],
  },
  {
    name: 'a subgraph whose fields are all overridden is removed',
    base: {
      users:
        'type Query { user: User post: Post @override(from: "posts") } type User { id: ID! } type Post { id: ID! @override(from: "posts") }',
      posts: 'type Query { post: Post } type Post { id: ID! }',
    },
    head: {
      users: 'type Query { user: User post: Post } type User { id: ID! } type Post { id: ID! }',
    },
    operation: '{ post { id } }',
    verdict: 'safe',
    codes: [],
  },
  {
    name: 'a subgraph is added',
    base: { users: users('@key(fields: "id")', 'bio: String') },
    head: { users: users('@key(fields: "id")', 'bio: String'), posts: STUB },
    operation: '{ user { bio } }',
    verdict: 'safe',
    codes: [],
  },
]
