import { startSubgraph } from './subgraph.js'

const typeDefs = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])

  type Query {
    user(handle: String!): User
  }

  type User @key(fields: "id") {
    id: ID!
    handle: String!
    name: String!
    bio: String!
  }
`

await startSubgraph('users', typeDefs, (prisma) => ({
  Query: {
    user: (_, { handle }) => prisma.user.findUnique({ where: { handle } }),
  },
  User: {
    // Prisma makes one statement of the findUnique calls of one tick.
    __resolveReference: ({ id }) => prisma.user.findUnique({ where: { id } }),
  },
}))
