import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway'
import { GraphQLError } from 'graphql'
import type { RequestSubgraph, SubgraphResponse, SubgraphRequest } from '../execution/subgraph-request.ts'
import type { JsonObject } from '../execution/json.ts'
import { faultPaths } from '../execution/plan/fetch-errors.ts'
import { onceEach, toEachPlace } from './representations.ts'

/** What travels with one operation through Apollo's executor. */
export type ApolloContext = { requestSubgraph: RequestSubgraph }

type ApolloResponse = Awaited<ReturnType<GraphQLDataSource['process']>>

/** Apollo's way to a subgraph: by the exchange of our own engine, so every request is made in the same way. */
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

/** The body up to the end of its variables. */
function headOf(query: string, operationName: string | undefined, variables: JsonObject): string {
  const name = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`
  return `{"query":${JSON.stringify(query)}${name},"variables":${JSON.stringify(variables).slice(0, -1)}`
}

/** The same up to the representations. */
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

/** Without a usable response, every hole that it leaves gets the reason. */
function failed(error: unknown, query: string, place: readonly string[]): ApolloResponse {
  if (!(error instanceof GraphQLError)) throw error
  const { message, extensions } = error
  const holes = faultPaths(query, place)
  if (place.length === 0) {
    return toApollo({ data: null, errors: holes.map((path) => ({ message, extensions, path })) })
  }
  // To the paths of reported errors Apollo would prefix the place of the entities, to that of a thrown one not.
  throw new GraphQLError(message, { path: holes[0] ?? null, extensions })
}
