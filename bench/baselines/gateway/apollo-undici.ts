import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway'
import { Pool } from 'undici'
import { contend } from '../../support/contender-process.ts'
import type { ContenderSettings } from '../../support/contender-settings.ts'
import { serveApollo, type Context } from './apollo-server.ts'

/** Stock Apollo with a simple change: subgraphs are requested through undici. */
await contend(({ supergraph: supergraphSdl, propagateAuthorization }: ContenderSettings) => {
  const buildService = ({ url = '' }) => undiciSource(new URL(url), propagateAuthorization)
  return serveApollo(new ApolloGateway({ supergraphSdl, buildService }))
})

function undiciSource({ origin, pathname }: URL, propagate: boolean): GraphQLDataSource<Context> {
  const pool = new Pool(origin, { connections: 64 })
  return {
    async process({ request: { query, variables, operationName }, context }) {
      // While the gateway loads its schema, there is no client and no context.
      const authorization = propagate ? context?.authorization : undefined
      const { body } = await pool.request({
        method: 'POST',
        path: pathname,
        headers: {
          'content-type': 'application/json',
          ...(authorization !== undefined && { authorization }),
        },
        body: JSON.stringify({ query, variables, operationName }),
      })
      return (await body.json()) as object
    },
  }
}
