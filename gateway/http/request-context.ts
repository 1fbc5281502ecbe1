import { GraphQLError } from 'graphql'
import type { Viewer } from '../../platform/internal-auth.ts'
import { apiError } from '../../platform/graphql/errors.ts'
import type { Log } from '../../platform/log.ts'
import type { Authentication } from '../auth/authenticate.ts'
import type { ClientTokens } from '../consistency-token/client-tokens.ts'
import type { RequestConsistency } from '../consistency-token/request-consistency.ts'
import type { GatewayContext } from '../gateway-context.ts'
import type { SupergraphManager } from '../supergraph/supergraph-manager.ts'
import { masked } from '../../platform/graphql/errors.ts'
import { toGraphQLError } from '../subgraph-client/errors.ts'
import { recordError } from '../metrics/request-record.ts'
import type { ClientHeaders } from '../subgraph-client/headers.ts'
import type { Cancellation } from '../../platform/cancellation.ts'
import type { GraphQLRequest } from './http-response.ts'
import { acceptRefusal } from './media-types.ts'
import { readOperation, variablesSource } from './read-operation.ts'

export type ContextOptions = {
  authentication: Authentication
  /** Null if no subgraph uses consistency tokens. */
  tokens: ClientTokens | null
  supergraphs: Pick<SupergraphManager, 'current'>
  log: Log
}

/** @param cancellation cancelled when the client disconnects */
export type ContextOf = (request: GraphQLRequest, cancellation: Cancellation) => Promise<GatewayContext>

/**
 * Makes the context of a GraphQL request, or refuses the request before it is validated and planned. The status is 401 for an
 * invalid access token. It is 400 for an invalid consistency token, a malformed operation, or one that exceeds a limit.
 */
export function contextOf({ authentication, tokens, supergraphs, log }: ContextOptions): ContextOf {
  async function viewerOf({ headers, id }: GraphQLRequest): Promise<Viewer | null> {
    const outcome = await authentication.authenticate(headers.authorization)
    if (outcome.ok) return outcome.viewer
    const { status, code, message, cause } = outcome
    if (cause !== undefined) log.warn({ err: cause, requestId: id }, message)
    const challenge = status === 401 ? [['www-authenticate', 'Bearer error="invalid_token"'] as const] : []
    throw new GraphQLError(message, { extensions: { code, http: { status, headers: new Map(challenge) } } })
  }

  function judge(request: GraphQLRequest): void {
    const operation = readOperation(request)
    const refused =
      operation instanceof GraphQLError
        ? operation
        : operation && supergraphs.current.checkOperation(operation)
    if (refused) throw refusal(400, refused)
  }

  function consistencyOf({ headers }: GraphQLRequest): RequestConsistency | null {
    const known = tokens?.read(headers) ?? null
    if (known instanceof GraphQLError) throw refusal(400, known)
    return known
  }

  return async (request, cancellation) => {
    try {
      const unmet = acceptRefusal(request.headers.accept)
      if (unmet !== null) throw refusal(406, apiError('BAD_REQUEST', unmet))
      const viewer = await viewerOf(request)
      request.record.hasViewer = viewer !== null
      const consistency = consistencyOf(request)
      judge(request)
      return {
        viewer,
        headers: clientHeaders(request),
        requestId: request.id,
        record: request.record,
        variablesSource: variablesSource(request),
        cancellation,
        consistency,
      }
    } catch (error) {
      const shown = error instanceof GraphQLError ? error : toGraphQLError(masked(request.id))
      recordError(request.record, shown.extensions['code'])
      if (shown !== error) log.error({ err: error, requestId: request.id }, 'unexpected error')
      throw shown
    }
  }
}

function refusal(status: number, { message, extensions }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { extensions: { ...extensions, http: { status } } })
}

/** Node makes a list only of `set-cookie`, which no client sends. */
function clientHeaders({ headers }: GraphQLRequest): ClientHeaders {
  const { 'set-cookie': cookies, ...others } = headers
  return cookies === undefined
    ? (headers as ClientHeaders)
    : ({ ...others, 'set-cookie': cookies.join(', ') } as ClientHeaders)
}
