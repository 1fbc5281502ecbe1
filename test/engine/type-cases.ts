import { byTypename, onlyBy, same, user, type Case } from './federation-case.ts'

/** Interfaces, unions and enums over subgraphs, and directives that say something of types. */
export const TYPE_CASES: Record<string, Case> = {
  '@interfaceObject: a field for every type of an interface': {
    sdl: {
      a: `type Query { media: [Media] } interface Media @key(fields: "id") { id: ID! }
        type Book implements Media @key(fields: "id") { id: ID! pages: Int }
        type Film implements Media @key(fields: "id") { id: ID! }`,
      b: 'type Media @interfaceObject @key(fields: "id") { id: ID! likes: Int }',
    },
    resolvers: {
      a: {
        Query: {
          media: () => [
            { __typename: 'Book', id: '1', pages: 9 },
            { __typename: 'Film', id: '2' },
          ],
        },
        Media: byTypename,
      },
      b: {
        Media: {
          __resolveReference: ({ id, __typename }: { id: string; __typename: string }) =>
            __typename === 'Media' ? { id, likes: Number(id) * 10 } : null,
        },
      },
    },
    query: '{ media { __typename likes ... on Book { pages } ... on Film { likes } } }',
    data: {
      media: [
        { __typename: 'Book', likes: 10, pages: 9 },
        { __typename: 'Film', likes: 20 },
      ],
    },
  },
  '@interfaceObject: the type is asked for where it is known': {
    sdl: {
      a: `type Query { x: Int } interface Media @key(fields: "id") { id: ID! }
        type Book implements Media @key(fields: "id") { id: ID! pages: Int }`,
      b: 'type Query { top: Media } type Media @interfaceObject @key(fields: "id") { id: ID! likes: Int }',
    },
    resolvers: {
      a: {
        Media: {
          ...byTypename,
          __resolveReference: ({ id }: { id: string }) => ({ __typename: 'Book', id, pages: 9 }),
        },
      },
      b: { Query: { top: () => ({ id: '1', likes: 5 }) } },
    },
    query: '{ top { __typename likes ... on Book { pages } } }',
    data: { top: { __typename: 'Book', likes: 5, pages: 9 } },
  },
  '@inaccessible: a key that clients do not see': {
    sdl: {
      a: 'type Query { me: User } type User @key(fields: "internal") { internal: ID! @inaccessible }',
      b: 'type User @key(fields: "internal") { internal: ID! name: String }',
    },
    resolvers: {
      a: { Query: { me: () => ({ internal: 'x' }) } },
      b: { User: { __resolveReference: onlyBy({ __typename: 'User', internal: 'x' }, { name: 'Ann' }) } },
    },
    query: '{ me { internal: name } }',
    data: { me: { internal: 'Ann' } },
  },
  '@composeDirective: a directive of one’s own changes nothing': {
    sdl: {
      a: `extend schema
          @link(url: "https://specs.apollo.dev/link/v1.0")
          @link(url: "https://example.org/cost/v1.0", import: ["@cost"])
          @composeDirective(name: "@cost")
        directive @cost(weight: Int!) on FIELD_DEFINITION
        type Query { me: User } type User @key(fields: "id") { id: ID! @cost(weight: 3) }`,
      b: 'type User @key(fields: "id") { id: ID! name: String @tag(name: "t") }',
    },
    resolvers: { a: { Query: { me: () => user } }, b: { User: { name: () => 'Ann' } } },
    query: '{ me { id name } }',
    data: { me: { id: '1', name: 'Ann' } },
  },
  '@extends and Federation 1’s extend': {
    sdl: {
      a: 'type Query { me: User } type User @key(fields: "id") { id: ID! }',
      b: 'type User @key(fields: "id") @extends { id: ID! @external name: String }',
      c: 'extend type User @key(fields: "id") { id: ID! age: Int }',
    },
    resolvers: {
      a: { Query: { me: () => user } },
      b: { User: { name: () => 'Ann' } },
      c: { User: { age: () => 3 } },
    },
    query: '{ me { name age } }',
    data: { me: { name: 'Ann', age: 3 } },
  },
  'unions of entities, members of which only some subgraphs know': {
    sdl: {
      a: `type Query { hits: [Hit] } union Hit = User | Post
        type User @key(fields: "id") { id: ID! } type Post @key(fields: "id") { id: ID! }`,
      b: 'type User @key(fields: "id") { id: ID! name: String }',
      c: 'type Post @key(fields: "id") { id: ID! name: String! }',
    },
    resolvers: {
      a: { Query: { hits: () => [user, { __typename: 'Post', id: '1' }] }, Hit: byTypename },
      b: { User: { __resolveReference: same, name: () => 'Ann' } },
      c: { Post: { __resolveReference: same, name: () => 'First' } },
    },
    query: '{ hits { ... on User { name } ... on Post { title: name } } }',
    data: { hits: [{ name: 'Ann' }, { title: 'First' }] },
  },
  'interfaces, fields of which come from other subgraphs': {
    sdl: {
      a: `type Query { nodes: [Node] } interface Node { id: ID! name: String }
        type User implements Node @key(fields: "id") { id: ID! name: String @external }
        type Post implements Node @key(fields: "id") { id: ID! name: String }`,
      b: 'type User @key(fields: "id") { id: ID! name: String }',
    },
    resolvers: {
      a: { Query: { nodes: () => [user, { __typename: 'Post', id: '2', name: 'First' }] }, Node: byTypename },
      b: { User: { __resolveReference: same, name: () => 'Ann' } },
    },
    query: '{ nodes { name } }',
    data: { nodes: [{ name: 'Ann' }, { name: 'First' }] },
  },
  'enums and inputs that subgraphs know in part': {
    sdl: {
      a: 'enum Color { RED BLUE } input In { n: Int } type Query { a: Color echo(in: In): Int }',
      b: 'enum Color { RED GREEN } type Query { b: Color }',
    },
    resolvers: {
      a: { Query: { a: () => 'BLUE', echo: (_: never, args: { in: { n: number } }) => args.in.n } },
      b: { Query: { b: () => 'GREEN' } },
    },
    query: '{ a b echo(in: { n: 4 }) }',
    data: { a: 'BLUE', b: 'GREEN', echo: 4 },
  },
}
