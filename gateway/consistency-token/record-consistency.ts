import { parseTokenEntries } from '../../contracts/consistency.ts'
import type { Log } from '../../platform/log.ts'
import type { GatewayContext } from '../gateway-context.ts'
import type { GraphQLResponse } from '../subgraph-client/response.ts'
import type { SubgraphClient } from '../subgraph-client/client.ts'
import { NO_TOKEN, RequestConsistency } from './request-consistency.ts'

/**
 * Records the consistency information in the response of an internal subgraph. Writes reported by a query are ignored, because
 * its response may be shared with requests of other clients.
 */
export function recordConsistency(
  { extensions }: GraphQLResponse,
  mutation: boolean,
  client: SubgraphClient,
  context: GatewayContext,
  log: Log,
): void {
  if (!extensions || !client.internal) return
  const { consistency = [], stale = [] } = extensions
  const entries = mutation ? parseTokenEntries(consistency) : []
  if (!entries || !isTexts(stale)) {
    // The response is still used. The client may not see its own write immediately.
    const { requestId } = context
    log.error(
      { subgraph: client.name, extensions, requestId },
      'invalid consistency data in the response of a subgraph',
    )
    return
  }
  if (entries.length === 0 && stale.length === 0) return
  const known = (context.consistency ??= new RequestConsistency(NO_TOKEN))
  known.recordWrites(entries)
  known.showedStale(stale)
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}
