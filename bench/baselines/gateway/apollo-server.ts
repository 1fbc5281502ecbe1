import type { ApolloGateway } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'

export type Context = { authorization?: string }

/** @returns the port */
export async function serveApollo(gateway: ApolloGateway): Promise<number> {
  const { url } = await startStandaloneServer(new ApolloServer<Context>({ gateway }), {
    listen: { host: '127.0.0.1', port: 0 },
    context: async ({ req: { headers } }) => {
      return headers.authorization === undefined ? {} : { authorization: headers.authorization }
    },
  })
  return Number(new URL(url).port)
}
