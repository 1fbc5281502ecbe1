import { startSubgraph } from './subgraph.js'

const typeDefs = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])

  type UserConnection {
    nodes: [User]!
  }

  type User @key(fields: "id") {
    id: ID!
    followerCount: Int
    followingCount: Int
    followers(first: Int!): UserConnection
  }
`

await startSubgraph('followers', typeDefs, (prisma) => ({
  User: {
    __resolveReference: ({ id }) => ({ id }),
    followerCount: async ({ id }) =>
      (await prisma.followCount.findUnique({ where: { userId: id } }))?.followerCount ?? 0,
    followingCount: async ({ id }) =>
      (await prisma.followCount.findUnique({ where: { userId: id } }))?.followingCount ?? 0,
    followers: async ({ id }, { first }) => {
      const follows = await prisma.follow.findMany({
        where: { followeeId: id },
        orderBy: [{ followedAt: 'desc' }, { followerId: 'desc' }],
        take: first,
      })
      return { nodes: follows.map(({ followerId }) => ({ id: followerId })) }
    },
  },
}))
