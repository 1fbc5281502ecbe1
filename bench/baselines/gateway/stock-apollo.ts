import { ApolloGateway, RemoteGraphQLDataSource, type GraphQLDataSourceProcessOptions } from '@apollo/gateway'
import { contend } from '../../support/contender-process.ts'
import type { ContenderSettings } from '../../support/contender-settings.ts'
import { serveApollo, type Context } from './apollo-server.ts'

class Propagating extends RemoteGraphQLDataSource<Context> {
  override willSendRequest({ request, context }: GraphQLDataSourceProcessOptions<Context>) {
    const { authorization } = context
    if (authorization !== undefined) request.http?.headers.set('authorization', authorization)
  }
}

/** Apollo Server in front of Apollo Gateway, as their documentation sets them up. */
await contend(({ supergraph: supergraphSdl, propagateAuthorization }: ContenderSettings) => {
  if (!propagateAuthorization) return serveApollo(new ApolloGateway({ supergraphSdl }))
  return serveApollo(
    new ApolloGateway({ supergraphSdl, buildService: ({ url = '' }) => new Propagating({ url }) }),
  )
})
