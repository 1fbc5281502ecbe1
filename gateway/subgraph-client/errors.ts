import { GraphQLError } from 'graphql'
import type { ErrorCode } from '../../contracts/errors.ts'
import { masked } from '../../platform/graphql/errors.ts'
import type { Log } from '../../platform/log.ts'
import type { SubgraphError } from '../execution/subgraph-request.ts'
import type { SubgraphClient } from './client.ts'
import type { SubgraphFault } from './fault.ts'

export type ErrorExtensions = Readonly<Record<string, unknown>> & { code: string }
export type ClientError = { message: string; extensions: ErrorExtensions }

/** The client's error if a subgraph returned no usable response. It has the subgraph's name and the kind of fault, nothing else. */
export function unavailable(subgraph: string, fault: SubgraphFault, mutation: boolean): ClientError {
  const remedy =
    mutation && !fault.unsent
      ? 'It is unknown whether the change was made. Read the data before you repeat it, or repeat it with its idempotencyKey.'
      : 'Try again later.'
  const code: ErrorCode = 'SUBGRAPH_UNAVAILABLE'
  return { message: `The ${subgraph} subgraph ${fault.message}. ${remedy}`, extensions: { code, subgraph } }
}

export function notFound(type: string): ClientError {
  const code: ErrorCode = 'NOT_FOUND'
  return { message: `This ${type} does not exist, or it was deleted.`, extensions: { code } }
}

/**
 * A subgraph's error as the client sees it. Errors with a code are shown. Errors without a code are bugs, and so are internal
 * errors of external subgraphs, whose message can contain anything: both are logged, and masked unless the configuration
 * includes the subgraph's errors. Stack traces are removed. So is `http`, with which Apollo Server would let the error set
 * the status and headers of the response.
 *
 * @param sentAs the request id that was sent. If the fetch was shared, it is the id of the request that started the fetch.
 */
export function passOn(
  error: SubgraphError,
  client: Pick<SubgraphClient, 'name' | 'internal' | 'includesErrors'>,
  requestId: string,
  log: Log,
  sentAs: string = requestId,
): ClientError {
  const {
    exception: _exception,
    stacktrace: _stacktrace,
    http: _http,
    ...extensions
  } = error.extensions ?? {}
  const { code } = extensions
  if (typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR') {
    return { message: error.message, extensions: { ...extensions, code } }
  }
  if (typeof code === 'string' && client.internal) {
    // The subgraph's log has the details, under the request id that was sent.
    if (sentAs !== requestId) {
      log.warn({ subgraph: client.name, requestId, subgraphRequestId: sentAs }, 'error of a shared fetch')
    }
    return { message: error.message, extensions: { ...extensions, code, requestId } }
  }
  log.error(
    { subgraph: client.name, error, requestId, ...subgraphRequestId(requestId, sentAs) },
    'unexpected error of a subgraph',
  )
  if (!client.includesErrors) return masked(requestId)
  const shown = typeof code === 'string' ? code : ('DOWNSTREAM_SERVICE_ERROR' satisfies ErrorCode)
  return {
    message: error.message,
    extensions: { subgraph: client.name, ...extensions, code: shown, requestId },
  }
}

/**
 * Logs a fault with its cause. The client sees only `unavailable`. A disconnected client is not a fault, and is not logged.
 */
export function logFault(subgraph: string, fault: SubgraphFault, requestId: string, log: Log): void {
  const { kind, status, cause, sentAs } = fault
  if (kind === 'cancelled') return
  log.warn(
    { subgraph, kind, status, cause, requestId, ...subgraphRequestId(requestId, sentAs) },
    `subgraph ${fault.message}`,
  )
}

/** The request id in the subgraph's log, if it differs. It differs if the fetch was started by another request. */
function subgraphRequestId(requestId: string, sentAs: string | undefined) {
  return sentAs !== undefined && sentAs !== requestId && { subgraphRequestId: sentAs }
}

export function toGraphQLError({ message, extensions }: ClientError): GraphQLError {
  return new GraphQLError(message, { extensions })
}
