import type { GraphQLFormattedError } from 'graphql'
import type { ErrorCode } from '../../contracts/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { OperationResponse, SharedBody } from '../execution/operation.ts'
import type { ExecutableOperation } from '../execution/operation-store.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { recordSharedFetch } from '../metrics/request-record.ts'
import { createFlights, type Writes } from '../subgraph-client/coalesce.ts'
import { SubgraphFault } from '../subgraph-client/fault.ts'
import { callerKey } from '../subgraph-client/headers.ts'
import type { SubgraphTarget } from '../subgraph-client/target.ts'

/** Executes an operation for one client request. */
export type Execute = (operation: ExecutableOperation, context: GatewayContext) => Promise<OperationResponse>

export type SharingOptions = {
  /** All subgraphs of the supergraph. */
  targets: readonly SubgraphTarget[]
  /** Shared with the subgraph clients and the cache. */
  writes: Writes
  /** Monotonic, in milliseconds. */
  clock: Clock
  /** Called when a request gets the response of another one. */
  onShare: () => void
  log: Log
}

/** A response, with the context of its execution, and that of the request that began it. */
type Executed = {
  response: OperationResponse
  shared: SharedBody
  context: GatewayContext
  first: GatewayContext
}

/**
 * Equal queries in flight are executed once, and all get the response. Queries are equal if they have the same operation and
 * variables, and their requests to subgraphs would have the same headers. A query with a consistency token is executed by
 * itself: an execution that began earlier may lack its writes.
 */
export function shareRequests(
  execute: Execute,
  { targets, writes, clock, onShare, log }: SharingOptions,
): Execute {
  const flights = createFlights<Executed>(writes, clock, onShare)
  const keyOf = callerKey(targets)
  // Not async: a hot path.
  return (operation, context) => {
    const identity = context.consistency ? null : operation.identity()
    if (identity === null) return execute(operation, context)
    return flights
      .join(keyOf(context), identity, context.cancellation, (cancellation) => {
        // The execution outlives the request that began it, if others wait for it.
        const own: GatewayContext = { ...context, cancellation }
        return execute(operation, own).then((response) => ({
          response,
          shared: { bytes: null },
          context: own,
          first: context,
        }))
      })
      .then((executed) => {
        context.consistency = executed.context.consistency
        return executed.first === context ? executed.response : sharedResponse(executed, context, log)
      }, disconnected)
  }
}

/** The response for a request that did not begin the execution. */
function sharedResponse(
  { response, shared, context }: Executed,
  request: GatewayContext,
  log: Log,
): OperationResponse {
  const { requestId, record } = request
  recordSharedFetch(record, context.requestId)
  for (const other of context.record?.sharedFetches ?? []) recordSharedFetch(record, other)
  const { errors, cache } = response
  if (errors.some(isInLog)) {
    // The log has the reasons, under the id of the request that was executed.
    log.warn({ requestId, sharedRequestId: context.requestId }, 'errors of a shared request')
  }
  return {
    ...response,
    shared,
    errors: errors.map((error) => withRequestId(error, requestId)),
    ...(cache?.kind === 'forwarded' && { cache: { ...cache, collapsed: true } }),
  }
}

function isInLog({ extensions }: GraphQLFormattedError): boolean {
  return extensions?.['requestId'] !== undefined || extensions?.['code'] === UNAVAILABLE
}

function withRequestId(error: GraphQLFormattedError, requestId: string): GraphQLFormattedError {
  if (error.extensions?.['requestId'] === undefined) return error
  return { ...error, extensions: { ...error.extensions, requestId } }
}

const UNAVAILABLE: ErrorCode = 'SUBGRAPH_UNAVAILABLE'

/** The response for a client that has disconnected. Nobody reads it. Metrics count it like a request that nobody shared. */
function disconnected(error: unknown): OperationResponse {
  if (!(error instanceof SubgraphFault) || error.kind !== 'cancelled') throw error
  const message = 'The operation is no longer executed, because the client disconnected.'
  return { kind: 'complete', data: 'null', errors: [{ message, extensions: { code: UNAVAILABLE } }] }
}
