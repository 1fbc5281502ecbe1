import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server'
import type { GatewayContext } from '../gateway-context.ts'
import type { JsonObject } from '../execution/json.ts'
import type { SupergraphManager } from '../supergraph/supergraph-manager.ts'
import { asExecutionResult } from './execute-operations.ts'

/** The interface of Apollo Server to an engine. */
type GatewayInterface = ApolloServerOptionsWithGateway<BaseContext>['gateway']
type Executor = NonNullable<Awaited<ReturnType<GatewayInterface['load']>>['executor']>

/**
 * The engine as a gateway of Apollo Server.
 *
 * @param showPlans return the query plan for `Apollo-Query-Plan-Experimental: 1`, for Apollo Sandbox
 */
export function apolloGateway(supergraphs: SupergraphManager, showPlans: boolean): GatewayInterface {
  const stops = new Set<() => void>()
  const executor: Executor = async ({ schema, document, source, request, context }) => {
    const graph = supergraphs.of(schema)
    const sent = {
      values: (request.variables ?? {}) as JsonObject,
      source: (context as GatewayContext).variablesSource ?? null,
    }
    const requested = { document, source, operationName: request.operationName ?? null }
    const operation = await graph.operations.prepare(requested, sent)
    if ('refused' in operation) return { errors: operation.refused }
    const response = await graph.execute(operation, context as GatewayContext)
    const wanted = showPlans && request.http?.headers.get('apollo-query-plan-experimental')
    return asExecutionResult(response, toGraphQLError, wanted ? (operation.planText ?? true) : null)
  }
  return {
    onSchemaLoadOrUpdate(callback) {
      const stop = supergraphs.onReplace(({ schema: apiSchema, supergraphSdl }) =>
        callback({ apiSchema, coreSupergraphSdl: supergraphSdl }),
      )
      const { schema: apiSchema, supergraphSdl } = supergraphs.current
      callback({ apiSchema, coreSupergraphSdl: supergraphSdl })
      stops.add(stop)
      return stop
    },
    load: async () => ({ executor }),
    stop: async () => {
      for (const stop of stops) stop()
    },
  }
}

function toGraphQLError({ message, path, extensions }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null })
}
