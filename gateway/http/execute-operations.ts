import {
  HeaderMap,
  type ApolloServerPlugin,
  type GraphQLRequestContext,
  type GraphQLResponse,
} from '@apollo/server'
import { GraphQLError, type FormattedExecutionResult, type GraphQLFormattedError } from 'graphql'
import type { Log } from '../../platform/log.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { parseExactly } from '../execution/exact-number.ts'
import type { JsonObject } from '../execution/json.ts'
import type { OperationResult } from '../execution/operation.ts'
import type { Ready } from '../execution/operation-store.ts'
import type { SupergraphManager } from '../supergraph/supergraph-manager.ts'
import { presentError } from './present-error.ts'

type RequestContext = GraphQLRequestContext<GatewayContext>

/**
 * Answers operations before Apollo Server hands them to its gateway, with results that are already text. On that way it
 * would make an object with accessors of each request; V8 makes a class for each of those, which keeps the request and its
 * whole answer until the old generation is collected: a fifth of all that such a request costs.
 *
 * What cannot be executed goes the usual way, to the executor, which says why.
 *
 * @param showPlans answer `Apollo-Query-Plan-Experimental: 1` with the query plan, which Apollo Sandbox shows
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
  }: RequestContext): Promise<Ready | null> {
    if (!document || source === undefined) return null
    const prepared = { document, source, operationName: request.operationName ?? null }
    const sent = { values: request.variables ?? {}, source: contextValue.variablesSource ?? null }
    try {
      const ready = await supergraphs.of(schema).operations.prepare(prepared, sent)
      return 'refused' in ready ? null : ready
    } catch {
      return null
    }
  }

  async function execute({ schema, request, contextValue }: RequestContext, ready: Ready) {
    const { requestId } = contextValue
    const present = (error: GraphQLFormattedError, cause: unknown) =>
      presentError(error, requestId, cause, log)
    try {
      const { data, errors } = await ready.run(supergraphs.of(schema).subgraphRequestsFor(contextValue), null)
      const plan = showPlans && request.http?.headers.get('apollo-query-plan-experimental')
      return respond({
        data: dataOf(data),
        ...(errors.length > 0 && { errors: errors.map((error) => present(error, error)) }),
        ...(plan && { extensions: { __queryPlanExperimental: ready.planText ?? true } }),
      })
    } catch (error) {
      const { message, extensions } = error instanceof GraphQLError ? error : new GraphQLError(String(error))
      return respond({ errors: [present({ message, extensions }, error)] }, 500)
    }
  }

  return {
    requestDidStart: async () => ({
      async responseForOperation(context) {
        const ready = await prepare(context)
        return ready && execute(context, ready)
      },
    }),
  }
}

/** Only read. */
const NO_HEADERS = new HeaderMap()

function respond(singleResult: FormattedExecutionResult, status?: number): GraphQLResponse {
  const http = { ...(status && { status }), headers: NO_HEADERS }
  return { http, body: { kind: 'single', singleResult } }
}

/** JSON that is text already. Who reads it as a value, as plugins that keep answers do, gets it by `JSON.stringify`. */
class JsonText {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toJSON(): unknown {
    return parseExactly(this.text)
  }
}

/** `data` of an answer, for `stringifyResult`. */
export function dataOf(text: OperationResult['data']): JsonObject | null {
  return text === 'null' ? null : (new JsonText(text) as unknown as JsonObject)
}

/** Writes an answer as Apollo Server does by itself. */
export function stringifyResult(result: FormattedExecutionResult): string {
  const data: unknown = result.data
  if (!(data instanceof JsonText)) return `${JSON.stringify(result)}\n`
  const errors = result.errors ? `"errors":${JSON.stringify(result.errors)},` : ''
  const extensions = result.extensions ? `,"extensions":${JSON.stringify(result.extensions)}` : ''
  return `{${errors}"data":${data.text}${extensions}}\n`
}
