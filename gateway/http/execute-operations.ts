import {
  HeaderMap,
  type ApolloServerPlugin,
  type GraphQLRequestContext,
  type GraphQLResponse,
} from '@apollo/server'
import { GraphQLError, type FormattedExecutionResult, type GraphQLFormattedError } from 'graphql'
import type { Log } from '../../platform/log.ts'
import { cacheHeaders } from '../cache/cache-headers.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { parseExactly } from '../execution/exact-number.ts'
import type { JsonObject } from '../execution/json.ts'
import type { OperationResponse } from '../execution/operation.ts'
import type { ExecutableOperation } from '../execution/operation-store.ts'
import type { SupergraphManager } from '../supergraph/supergraph-manager.ts'
import { presentError } from './present-error.ts'

type RequestContext = GraphQLRequestContext<GatewayContext>

/**
 * Executes operations before Apollo Server passes them to its gateway, with results that are already text. Apollo Server would
 * make an object with accessors for each request. V8 makes a hidden class for each of those, which keeps the request and its
 * response in memory until the old generation is collected. This is a fifth of the CPU time of such a request.
 *
 * Operations that cannot be executed go to the executor (`apollo-gateway.ts`), which returns the reason.
 *
 * @param showPlans return the query plan for `Apollo-Query-Plan-Experimental: 1`, for Apollo Sandbox
 */
export function executeOperations(
  supergraphs: SupergraphManager,
  showPlans: boolean,
  log: Log,
): ApolloServerPlugin<GatewayContext> {
  async function prepare({
    schema,
    document,
    source,
    request,
    contextValue,
  }: RequestContext): Promise<ExecutableOperation | null> {
    if (!document || source === undefined) return null
    const operation = { document, source, operationName: request.operationName ?? null }
    const sent = { values: request.variables ?? {}, source: contextValue.variablesSource ?? null }
    try {
      const prepared = await supergraphs.of(schema).operations.prepare(operation, sent)
      return 'refused' in prepared ? null : prepared
    } catch {
      return null
    }
  }

  async function execute(
    { schema, request, contextValue }: RequestContext,
    operation: ExecutableOperation,
  ): Promise<GraphQLResponse> {
    const { requestId, record } = contextValue
    const present = (error: GraphQLFormattedError, cause: unknown) =>
      presentError(error, requestId, cause, log, record)
    if (record) record.executed = true
    try {
      const response = await supergraphs.of(schema).execute(operation, contextValue)
      const wanted = showPlans && request.http?.headers.get('apollo-query-plan-experimental')
      const planText = wanted ? (operation.planText ?? true) : null
      const result = asExecutionResult(response, (error) => present(error, error), planText)
      return respond(
        result,
        undefined,
        response.cache && new HeaderMap(Object.entries(cacheHeaders(response.cache))),
      )
    } catch (error) {
      const { message, extensions } = error instanceof GraphQLError ? error : new GraphQLError(String(error))
      return respond({ errors: [present({ message, extensions }, error)] }, 500)
    }
  }

  return {
    requestDidStart: async () => ({
      async responseForOperation(context) {
        const operation = await prepare(context)
        return operation && execute(context, operation)
      },
    }),
  }
}

/** Never changed. */
const NO_HEADERS = new HeaderMap()

function respond(
  singleResult: FormattedExecutionResult,
  status?: number,
  headers: HeaderMap = NO_HEADERS,
): GraphQLResponse {
  const http = { ...(status && { status }), headers }
  return { http, body: { kind: 'single', singleResult } }
}

/** JSON that is already text. `JSON.stringify` parses it, for plugins that read responses. */
class JsonText {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toJSON(): unknown {
    return parseExactly(this.text)
  }
}

/**
 * A response in the form of Apollo Server, for `stringifyResult`.
 *
 * @param planText the query plan to send with the response. `true` if there is a plan without a text.
 */
export function asExecutionResult<ResponseError extends GraphQLFormattedError | GraphQLError>(
  response: OperationResponse,
  toError: (error: GraphQLFormattedError) => ResponseError,
  planText: string | true | null,
) {
  switch (response.kind) {
    case 'complete': {
      const { data, errors } = response
      return {
        data: data === 'null' ? null : (new JsonText(data) as unknown as JsonObject),
        ...(errors.length > 0 && { errors: errors.map(toError) }),
        ...(planText !== null && { extensions: { __queryPlanExperimental: planText } }),
      }
    }
  }
}

/** Writes a response as Apollo Server does by default. */
export function stringifyResult(result: FormattedExecutionResult): string {
  const data: unknown = result.data
  if (!(data instanceof JsonText)) return `${JSON.stringify(result)}\n`
  const errors = result.errors ? `"errors":${JSON.stringify(result.errors)},` : ''
  const extensions = result.extensions ? `,"extensions":${JSON.stringify(result.extensions)}` : ''
  return `{${errors}"data":${data.text}${extensions}}\n`
}
