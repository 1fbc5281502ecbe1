import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { PrismaPg } from '@prisma/adapter-pg'
import { GraphQLScalarType, parse } from 'graphql'

const DateTime = new GraphQLScalarType({ name: 'DateTime', serialize: (date) => date.toISOString() })

/**
 * A subgraph as the documentation of its parts has it: Apollo Server standalone, @apollo/subgraph, and Prisma over `pg`.
 *
 * Arguments of the process: the address of the database, and the port. It sends `ready` to its parent.
 */
export async function startSubgraph(service, typeDefs, resolversOver) {
  const [connectionString, port] = process.argv.slice(2)
  const { PrismaClient } = await import(`../../../../prisma/${service}/generated/client.ts`)
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString }) })
  const scalars = typeDefs.includes('scalar DateTime') ? { DateTime } : {}
  const resolvers = { ...scalars, ...resolversOver(prisma) }
  const server = new ApolloServer({ schema: buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers }]) })
  await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: Number(port) } })
  process.once('disconnect', () => process.exit())
  process.send('ready')
}
