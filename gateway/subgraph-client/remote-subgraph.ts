import { recordConsistency } from '../consistency-token/record-consistency.ts'
import type { Log } from '../../platform/log.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { recordSharedFetch } from '../metrics/request-record.ts'
import type { SubgraphResponse, SubgraphRequest } from '../execution/subgraph-request.ts'
import type { GraphQLResponse } from './response.ts'
import type { SubgraphClient } from './client.ts'
import { logFault, notFound, passOn, toGraphQLError, unavailable } from './errors.ts'
import { SubgraphFault } from './fault.ts'

/** Executes the engine's requests to one subgraph. Errors are as clients may see them. */
export type SubgraphSource = (request: SubgraphRequest, context: GatewayContext) => Promise<SubgraphResponse>

/** A subgraph over HTTP. */
export function remoteSubgraph(client: SubgraphClient, log: Log): SubgraphSource {
  // Not async: a hot path.
  return ({ body, kind, entities, numbers }, context) => {
    const mutation = kind === 'mutation'
    return client.request(body, mutation, context, entities, numbers).then(
      (response) => {
        const { sentAs } = response
        if (sentAs !== undefined && sentAs !== context.requestId) recordSharedFetch(context.record, sentAs)
        recordConsistency(response, mutation, client, context, log)
        const missing = client.internal ? missingEntities(response, body) : []
        if (response.errors.length === 0 && missing.length === 0) return response
        const sent = response.errors.map((error) => ({
          ...passOn(error, client, context.requestId, log, sentAs),
          path: error.path,
        }))
        return { ...response, errors: [...sent, ...missing] }
      },
      (error: unknown) => {
        if (!(error instanceof SubgraphFault)) throw error
        logFault(client.name, error, context.requestId, log)
        throw toGraphQLError(unavailable(client.name, error, mutation))
      },
    )
  }
}

/**
 * An internal subgraph returns null for an entity that does not exist. The client gets an error with its path. For external
 * subgraphs, null can have another meaning.
 */
function missingEntities({ data, errors }: GraphQLResponse, body: string) {
  const entities = data?.['_entities']
  if (!Array.isArray(entities) || !entities.includes(null)) return []
  const explained = new Set(errors.map(({ path }) => path?.[1]))
  const { variables } = JSON.parse(body) as { variables: { representations: { __typename: string }[] } }
  return entities.flatMap((entity, i) => {
    if (entity !== null || explained.has(i) || explained.has(undefined)) return []
    return [{ ...notFound(String(variables.representations[i]?.__typename)), path: ['_entities', i] }]
  })
}
