import DataLoader from 'dataloader'
import type { GraphQLError } from 'graphql'
import { recordConsistency } from '../consistency-token/record-consistency.ts'
import type { Log } from '../../platform/log.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { logFault, passOn, toGraphQLError, unavailable } from '../subgraph-client/errors.ts'
import type { GraphQLResponse } from '../subgraph-client/response.ts'
import type { SubgraphClient } from '../subgraph-client/client.ts'
import { SubgraphFault } from '../subgraph-client/fault.ts'
import { NODE_TYPES, OWNERS, type NodeType } from './sdl.ts'

/** Clients by subgraph name. */
export type Clients = ReadonlyMap<string, SubgraphClient>

/** Loads whether an entity exists. Rejects with an error for the client if its owner does not respond. */
export type Existence = Readonly<Record<NodeType, DataLoader<string, boolean>>>

const QUERY =
  'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }'

/** One for each client request. Ids that are loaded together are sent to their owner in one request per type. */
export function createExistence(clients: Clients, context: GatewayContext, log: Log): Existence {
  const loader = (type: NodeType) =>
    new DataLoader<string, boolean>((ids) => load(type, ids, clientOf(type, clients), context, log))
  return Object.fromEntries(NODE_TYPES.map((type) => [type, loader(type)])) as Existence
}

function clientOf(type: NodeType, clients: Clients): SubgraphClient {
  const client = clients.get(OWNERS[type])
  if (!client) throw new Error(`no client for the subgraph ${OWNERS[type]}, which owns ${type}`)
  return client
}

async function load(
  type: NodeType,
  ids: readonly string[],
  client: SubgraphClient,
  context: GatewayContext,
  log: Log,
): Promise<(boolean | GraphQLError)[]> {
  const variables = { representations: ids.map((id) => ({ __typename: type, id })) }
  try {
    const response = await client.request(JSON.stringify({ query: QUERY, variables }), false, context)
    recordConsistency(response, false, client, context, log)
    return ids.map((_, i) => outcome(response, i, client, context, log))
  } catch (error) {
    if (!(error instanceof SubgraphFault)) throw error
    logFault(client.name, error, context.requestId, log)
    const shown = toGraphQLError(unavailable(client.name, error, false))
    return ids.map(() => shown)
  }
}

function outcome(
  { data, errors, sentAs }: GraphQLResponse,
  i: number,
  client: SubgraphClient,
  context: GatewayContext,
  log: Log,
) {
  const entities = data?.['_entities']
  if (Array.isArray(entities) && entities[i]) return true
  const error = errors.find(({ path }) => path?.[1] === i || path?.[1] === undefined)
  if (!error || error.extensions?.['code'] === 'NOT_FOUND') return false
  return toGraphQLError(passOn(error, client, context.requestId, log, sentAs))
}
