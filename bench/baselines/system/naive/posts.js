import { startSubgraph } from './subgraph.js'

const typeDefs = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])

  scalar DateTime

  type Post {
    id: ID!
    text: String!
    createdAt: DateTime!
    likeCount: Int!
    author: User
  }

  type PostConnection {
    nodes: [Post!]!
  }

  type User @key(fields: "id") {
    id: ID!
    posts(first: Int!): PostConnection
  }
`

await startSubgraph('posts', typeDefs, (prisma) => ({
  Post: {
    author: (post) => ({ id: post.authorId }),
  },
  User: {
    __resolveReference: ({ id }) => ({ id }),
    posts: async ({ id }, { first }) => ({
      nodes: await prisma.post.findMany({
        where: { authorId: id, deletedAt: null },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: first,
      }),
    }),
  },
}))
