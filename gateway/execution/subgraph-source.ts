import type { GraphQLDataSource } from '@apollo/gateway'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { Log } from '../../platform/log.ts'
import type { GatewayContext } from '../context.ts'
import type { GraphQLAnswer } from '../subgraph-client/answer.ts'
import { isMutation, type SubgraphClient } from '../subgraph-client/client.ts'
import { SubgraphFault } from '../subgraph-client/fault.ts'
import { logFault, notFound, passOn, unavailable } from './errors.ts'
import { faultPaths } from './fault-paths.ts'

type Source = GraphQLDataSource<GatewayContext>
type Options = Parameters<Source['process']>[0]

/** A subgraph over HTTP as a data source of the execution. */
export function subgraphSource(client: SubgraphClient, log: Log): Source {
  return {
    async process(options) {
      const { query = '', variables, operationName } = options.request
      const context = options.context as GatewayContext
      try {
        const answer = await client.request({ query, variables, operationName }, context)
        return { data: answer.data, ...errorsOf(answer, variables, client, context, log) }
      } catch (error) {
        if (!(error instanceof SubgraphFault)) throw error
        logFault(client.name, error, context.requestId, log)
        return faultResponse(client.name, error, query, placeOf(options))
      }
    },
  }
}

function placeOf(options: Options): string[] {
  const place = 'pathInIncomingRequest' in options ? (options.pathInIncomingRequest ?? []) : []
  return place.map(String)
}

/**
 * The executor puts the planner's path before an error's, lists as `@` and all. So the error of a failed fetch of
 * entities, which needs a path that clients know, is thrown: the executor adds a thrown error as it is.
 */
function faultResponse(subgraph: string, fault: SubgraphFault, query: string, place: string[]) {
  const shown = unavailable(subgraph, fault, isMutation(query))
  const errors = faultPaths(query, place).map((path) => ({ ...shown, path }))
  if (place.length === 0) return { data: null, errors }
  throw new GraphQLError(shown.message, { path: errors[0]?.path ?? null, extensions: shown.extensions })
}

function errorsOf(
  answer: GraphQLAnswer,
  variables: Record<string, unknown> | undefined,
  client: SubgraphClient,
  context: GatewayContext,
  log: Log,
): { errors?: GraphQLFormattedError[] } {
  const sent = answer.errors.map((error) => ({
    ...passOn(error, client, context.requestId, log),
    ...(error.path && { path: error.path }),
  }))
  const errors = client.internal ? [...sent, ...missingEntities(answer, variables)] : sent
  return errors.length > 0 ? { errors } : {}
}

/**
 * Our own subgraphs answer null for an entity that is not there. The executor would drop it silently; the client is
 * owed one error with its path. Foreign subgraphs may mean something else by null.
 */
function missingEntities({ data, errors }: GraphQLAnswer, variables: Record<string, unknown> | undefined) {
  const entities = data?.['_entities']
  const representations = variables?.['representations']
  if (!Array.isArray(entities) || !Array.isArray(representations)) return []
  const explained = new Set(errors.map(({ path }) => path?.[1]))
  return entities.flatMap((entity, i) => {
    if (entity !== null || explained.has(i) || explained.has(undefined)) return []
    return [{ ...notFound(String(representations[i]?.__typename)), path: ['_entities', i] }]
  })
}
