import { onlyBy, user, type Case } from './federation-case.ts'

/** Keys, what is required and provided, who resolves a field. */
export const ENTITY_CASES: Record<string, Case> = {
  '@key': {
    sdl: {
      a: 'type Query { me: User } type User @key(fields: "id") { id: ID! }',
      b: 'type User @key(fields: "id") { id: ID! name: String }',
    },
    resolvers: {
      a: { Query: { me: () => user } },
      b: { User: { __resolveReference: onlyBy(user, { name: 'Ann' }) } },
    },
    query: '{ me { name } }',
    data: { me: { name: 'Ann' } },
  },
  '@key, several: each subgraph by its own': {
    sdl: {
      a: 'type Query { me: User } type User @key(fields: "id") { id: ID! }',
      b: 'type User @key(fields: "id") @key(fields: "handle") { id: ID! handle: ID! }',
      c: 'type User @key(fields: "handle") { handle: ID! posts: Int }',
    },
    resolvers: {
      a: { Query: { me: () => user } },
      b: { User: { __resolveReference: onlyBy(user, { handle: 'ann' }) } },
      c: { User: { __resolveReference: onlyBy({ __typename: 'User', handle: 'ann' }, { posts: 3 }) } },
    },
    query: '{ me { posts } }',
    data: { me: { posts: 3 } },
  },
  '@key, compound': {
    sdl: {
      a: 'type Query { me: User } type User @key(fields: "org id") { id: ID! org: ID! }',
      b: 'type User @key(fields: "org id") { id: ID! org: ID! name: String }',
    },
    resolvers: {
      a: { Query: { me: () => ({ id: '1', org: 'o' }) } },
      b: { User: { __resolveReference: onlyBy({ __typename: 'User', org: 'o', id: '1' }, { name: 'Ann' }) } },
    },
    query: '{ me { name } }',
    data: { me: { name: 'Ann' } },
  },
  '@key, nested, with a list': {
    sdl: {
      a: `type Query { me: User } type User @key(fields: "org { id tags { name } }") { org: Org! }
        type Org { id: ID! tags: [Tag!]! } type Tag { name: String! }`,
      b: `type User @key(fields: "org { id tags { name } }") { org: Org! name: String }
        type Org { id: ID! tags: [Tag!]! } type Tag { name: String! }`,
    },
    resolvers: {
      a: { Query: { me: () => ({ org: { id: 'o', tags: [{ name: 'x' }, { name: 'y' }] } }) } },
      b: {
        User: {
          __resolveReference: onlyBy(
            { __typename: 'User', org: { id: 'o', tags: [{ name: 'x' }, { name: 'y' }] } },
            { name: 'Ann' },
          ),
        },
      },
    },
    query: '{ me { name } }',
    data: { me: { name: 'Ann' } },
  },
  '@key(resolvable: false): a reference without a way back': {
    sdl: {
      a: 'type Query { me: User } type User @key(fields: "id") { id: ID! name: String }',
      b: 'type Query { author: User } type User @key(fields: "id", resolvable: false) { id: ID! }',
    },
    resolvers: {
      a: { Query: { me: () => user }, User: { __resolveReference: onlyBy(user, { name: 'Ann' }) } },
      b: { Query: { author: () => user } },
    },
    query: '{ author { id name } }',
    data: { author: { id: '1', name: 'Ann' } },
  },
  '@external and @requires': {
    sdl: {
      a: 'type Query { me: User } type User @key(fields: "id") { id: ID! height: Int name: Name } type Name { first: String }',
      b: `type User @key(fields: "id") {
          id: ID! height: Int @external name: Name @external
          label: String @requires(fields: "height name { first }")
        }
        type Name { first: String @external }`,
    },
    resolvers: {
      a: { Query: { me: () => ({ ...user, height: 170, name: { first: 'Ann' } }) } },
      b: {
        User: {
          label: ({ name, height }: { name: { first: string }; height: number }) =>
            `${name.first}, ${height}`,
        },
      },
    },
    query: '{ me { label } }',
    data: { me: { label: 'Ann, 170' } },
  },
  '@requires with arguments': {
    apolloFails:
      'one field of a name in a fetch: the client’s arguments take the place of those of the @requires',
    sdl: {
      a: 'type Query { me: User } type User @key(fields: "id") { id: ID! height(inch: Boolean = false): Int }',
      b: `type User @key(fields: "id") {
          id: ID! height(inch: Boolean = false): Int @external
          label: String @requires(fields: "height(inch: true)")
        }`,
    },
    resolvers: {
      a: {
        Query: { me: () => user },
        User: { height: (_: never, { inch }: { inch: boolean }) => (inch ? 67 : 170) },
      },
      b: { User: { label: ({ height }: { height: number }) => `${height} in` } },
    },
    query: '{ me { height label } }',
    data: { me: { height: 170, label: '67 in' } },
  },
  '@requires in a subgraph with a key that cannot be resolved': {
    apolloFails: 'a subgraph is asked again by its first key, even if it cannot resolve that one',
    sdl: {
      a: 'type User @key(fields: "id") { id: ID! height: Int }',
      b: `type Query { me: User }
        type User @key(fields: "id", resolvable: false) @key(fields: "handle") {
          id: ID! handle: ID! height: Int @external
          label: String @requires(fields: "height")
        }`,
    },
    resolvers: {
      a: { User: { __resolveReference: onlyBy(user, { height: 170 }) } },
      b: {
        Query: { me: () => ({ id: '1', handle: 'ann' }) },
        User: {
          __resolveReference: (found: { handle?: string }) => (found.handle === 'ann' ? found : null),
          label: ({ height }: { height: number }) => `${height} cm`,
        },
      },
    },
    query: '{ me { label } }',
    data: { me: { label: '170 cm' } },
  },
  '@provides: nobody else is asked': {
    sdl: {
      a: `type Query { post: Post } type Post { author: User @provides(fields: "name") }
        type User @key(fields: "id") { id: ID! name: String @external }`,
      b: 'type User @key(fields: "id") { id: ID! name: String @shareable }',
    },
    resolvers: {
      a: { Query: { post: () => ({ author: { ...user, name: 'Ann' } }) } },
      b: { User: { __resolveReference: onlyBy({}, {}) } },
    },
    query: '{ post { author { name } } }',
    data: { post: { author: { name: 'Ann' } } },
  },
  '@shareable value types, and root fields': {
    sdl: {
      a: `type Query { me: User version: Version @shareable } type Version @shareable { text: String }
        type User @key(fields: "id") { id: ID! a: Version }`,
      b: `type Query { version: Version @shareable } type Version @shareable { text: String }
        type User @key(fields: "id") { id: ID! b: Version }`,
    },
    resolvers: {
      a: {
        Query: { me: () => user, version: () => ({ text: '1' }) },
        User: { a: () => ({ text: 'a' }) },
      },
      b: { Query: { version: () => ({ text: '1' }) }, User: { b: () => ({ text: 'b' }) } },
    },
    query: '{ version { text } me { a { text } b { text } } }',
    data: { version: { text: '1' }, me: { a: { text: 'a' }, b: { text: 'b' } } },
  },
  '@override: the old owner is not asked': {
    sdl: {
      a: 'type Query { me: User } type User @key(fields: "id") { id: ID! name: String }',
      b: 'type User @key(fields: "id") { id: ID! name: String @override(from: "a") }',
    },
    resolvers: {
      a: { Query: { me: () => ({ ...user, name: 'old' }) } },
      b: { User: { name: () => 'new' } },
    },
    query: '{ me { name } }',
    data: { me: { name: 'new' } },
  },
}
