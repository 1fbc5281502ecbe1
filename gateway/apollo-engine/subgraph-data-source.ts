import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway'
import { GraphQLError } from 'graphql'
import type { RequestSubgraph, SubgraphResponse, SubgraphRequest } from '../execution/subgraph-request.ts'
import type { JsonObject } from '../execution/json.ts'
import { faultPaths } from '../execution/plan/fetch-errors.ts'
import { onceEach, toEachPlace } from './representations.ts'

/** The context of one operation in Apollo's executor. */
export type ApolloContext = { requestSubgraph: RequestSubgraph }

type ApolloResponse = Awaited<ReturnType<GraphQLDataSource['process']>>

/** Sends Apollo's requests to a subgraph in the same way as our own engine. */
export function subgraphDataSource(subgraph: string): GraphQLDataSource {
  return {
    async process(options) {
      const { request, context } = options
      const { requestSubgraph } = context as ApolloContext
      const { query = '', variables = {}, operationName } = request
      const kind = query.startsWith('mutation') ? 'mutation' : 'query'
      const { representations, ...others } = variables as JsonObject
      const head = headOf(query, operationName, others)
      try {
        if (!Array.isArray(representations)) {
          return toApollo(await requestSubgraph({ subgraph, body: `${head}}}`, kind }))
        }
        const { texts, slots } = onceEach(representations)
        const entities = { head: entitiesHead(head, others), representations: texts }
        const body = `${entities.head}${texts.join(',')}]}}`
        return toApollo(toEachPlace(await requestSubgraph({ subgraph, body, kind, entities }), texts, slots))
      } catch (error) {
        return failed(error, query, placeOf(options))
      }
    },
  }
}

/** The body up to the end of its variables, without the closing braces. */
function headOf(query: string, operationName: string | undefined, variables: JsonObject): string {
  const name = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`
  return `{"query":${JSON.stringify(query)}${name},"variables":${JSON.stringify(variables).slice(0, -1)}`
}

/** The body of a fetch of entities, up to the representations. */
function entitiesHead(head: string, others: JsonObject): NonNullable<SubgraphRequest['entities']>['head'] {
  return `${head}${Object.keys(others).length > 0 ? ',' : ''}"representations":[`
}

function placeOf(options: GraphQLDataSourceProcessOptions): string[] {
  const path = 'pathInIncomingRequest' in options ? options.pathInIncomingRequest : undefined
  return (path ?? []).map(String)
}

function toApollo({ data, errors }: SubgraphResponse): ApolloResponse {
  return {
    ...(data !== undefined && { data }),
    ...(errors?.length && { errors: errors as unknown as NonNullable<ApolloResponse['errors']> }),
  }
}

/** If there is no usable response, each place that stays empty gets the error. */
function failed(error: unknown, query: string, place: readonly string[]): ApolloResponse {
  if (!(error instanceof GraphQLError)) throw error
  const { message, extensions } = error
  const holes = faultPaths(query, place)
  if (place.length === 0) {
    return toApollo({ data: null, errors: holes.map((path) => ({ message, extensions, path })) })
  }
  // Apollo prefixes the paths of returned errors with the place of the entities, but not the path of a thrown error.
  throw new GraphQLError(message, { path: holes[0] ?? null, extensions })
}
