import { getOperationAST, GraphQLError, OperationTypeNode, type GraphQLFormattedError } from 'graphql'
import { CONSISTENCY_HEADER } from '../../../contracts/consistency.ts'
import { isJsonType } from '../../../platform/http/json-type.ts'
import type { Log } from '../../../platform/log.ts'
import type { Authentication } from '../../auth/authenticate.ts'
import type { ClientTokens } from '../../consistency-token/client-tokens.ts'
import type { GatewayContext } from '../../gateway-context.ts'
import { cacheHeaders } from '../../cache/cache-headers.ts'
import type { CacheStatus, SharedBody } from '../../execution/operation.ts'
import type { ExecutableOperation } from '../../execution/operation-store.ts'
import { isJsonObject } from '../../execution/json.ts'
import type { LoadedSupergraph } from '../../supergraph/load-supergraph.ts'
import type { SupergraphManager } from '../../supergraph/supergraph-manager.ts'
import type { Cancellation } from '../../../platform/cancellation.ts'
import type { OperationParams } from '../../limits/check-operation.ts'
import type { GraphQLRequest, HttpResponse } from '../http-response.ts'
import { presentError } from '../present-error.ts'
import { recordOperation } from '../../metrics/request-record.ts'
import { readOperation, variablesSource } from '../read-operation.ts'
import { chooseContentType } from '../media-types.ts'

/**
 * Handles plain and valid requests without Apollo Server. Null if the request is not plain and valid. Nothing was executed then,
 * and Apollo Server must handle the request, so that every refusal is made in one place.
 */
export type FastPath = (request: GraphQLRequest, cancellation: Cancellation) => Promise<HttpResponse | null>

export type FastPathOptions = {
  supergraphs: SupergraphManager
  authentication: Authentication
  /** Null if no subgraph uses consistency tokens. */
  tokens: ClientTokens | null
  log: Log
}

export function createFastPath({ supergraphs, authentication, tokens, log }: FastPathOptions): FastPath {
  async function contextOf(
    { headers, id, record }: GraphQLRequest,
    cancellation: Cancellation,
  ): Promise<GatewayContext | null> {
    const caller = await authentication.authenticate(headers.authorization)
    if (!caller.ok) return null
    record.hasViewer = caller.viewer !== null
    const consistency = tokens?.read(headers) ?? null
    if (consistency instanceof GraphQLError) return null
    return {
      viewer: caller.viewer,
      headers: headers as GatewayContext['headers'],
      requestId: id,
      record,
      cancellation,
      consistency,
    }
  }

  /**
   * @param parts members of the response, as JSON without braces
   * @param shared the same for all requests with these parts
   */
  function respondWith(
    { consistency }: GatewayContext,
    status: number,
    contentType: string,
    parts: string,
    cache?: CacheStatus,
    shared?: SharedBody,
  ): HttpResponse {
    const headers = ['content-type', contentType]
    if (cache) headers.push(...Object.entries(cacheHeaders(cache)).flat())
    const output = tokens?.write(consistency)
    if (!output) {
      const text = `{${parts}}\n`
      return shared
        ? { status, headers, text, bytes: (shared.bytes ??= Buffer.from(text)) }
        : { status, headers, text }
    }
    if (output.header !== null) headers.push(CONSISTENCY_HEADER, output.header)
    return { status, headers, text: `{${parts},"extensions":${JSON.stringify(output.extensions)}}\n` }
  }

  async function respond(
    graph: LoadedSupergraph,
    request: GraphQLRequest,
    contentType: string,
    cancellation: Cancellation,
  ): Promise<HttpResponse | null> {
    const params = readOperation(request)
    if (params === null || params instanceof GraphQLError) return null
    const context = await contextOf(request, cancellation)
    if (!context) return null
    try {
      const operation = await prepare(graph, params, request)
      if (!operation) return null
      const response = await graph.execute(operation, context)
      switch (response.kind) {
        case 'complete': {
          const { data, errors, cache, shared } = response
          if (errors.length === 0)
            return respondWith(context, 200, contentType, `"data":${data}`, cache, shared)
          const parts = `"errors":${present(errors, request)},"data":${data}`
          return respondWith(context, 200, contentType, parts, cache)
        }
      }
    } catch (error) {
      const { message, extensions } = error instanceof GraphQLError ? error : new GraphQLError(String(error))
      const shown = presentError({ message, extensions }, request.id, error, log, request.record)
      return respondWith(context, 500, contentType, `"errors":${JSON.stringify([shown])}`)
    }
  }

  function present(errors: readonly GraphQLFormattedError[], { id, record }: GraphQLRequest): string {
    return JSON.stringify(errors.map((error) => presentError(error, id, error, log, record)))
  }

  return async (request, cancellation) => {
    const contentType = isPlain(request) ? chooseContentType(request.headers.accept) : null
    if (contentType === null) return null
    const graph = supergraphs.current
    const release = supergraphs.hold(graph)
    try {
      return await respond(graph, request, contentType, cancellation)
    } finally {
      release()
    }
  }
}

async function prepare(
  graph: LoadedSupergraph,
  params: OperationParams,
  request: GraphQLRequest,
): Promise<ExecutableOperation | null> {
  const { checkOperation, operations } = graph
  if (checkOperation(params)) return null
  const { query: source, operationName = null, variables = {} } = params
  const document = operations.documentOf(source) ?? graph.parseValid(source)
  if (!document) return null
  const operation = getOperationAST(document, operationName)
  if (request.method === 'GET' && operation?.operation !== OperationTypeNode.QUERY) return null
  const sent = { values: { ...variables }, source: variablesSource(request) }
  const prepared = await operations.prepare({ document, source, operationName }, sent)
  if ('refused' in prepared) return null
  recordOperation(request.record, operation)
  request.record.executed = true
  return prepared
}

/**
 * Whether the request is a POST of JSON or a GET (the route has already refused forged ones) without features that only Apollo
 * Server supports: query plans in the response, and persisted queries.
 */
function isPlain({ method, headers, body, url }: GraphQLRequest): boolean {
  if (headers['apollo-query-plan-experimental'] !== undefined) return false
  // The only header whose value is a list in node.
  if (headers['set-cookie'] !== undefined) return false
  if (method === 'POST') {
    const { extensions } = Object(body) as { extensions?: unknown }
    return isJsonType(headers['content-type'] ?? '') && changeNothing(extensions)
  }
  return method === 'GET' && headers['content-type'] === undefined && changeNothing(extensionsIn(url))
}

/** The gateway ignores all extensions except `persistedQuery`. Apollo Client 4 sends its name in each request. */
function changeNothing(extensions: unknown): boolean {
  return extensions === undefined || (isJsonObject(extensions) && extensions['persistedQuery'] === undefined)
}

/** The `extensions` of a URL. Null if they are not JSON, or occur several times. */
function extensionsIn(url: string): unknown {
  const [text, second] = new URLSearchParams(url.slice(url.indexOf('?') + 1)).getAll('extensions')
  if (text === undefined) return undefined
  try {
    return second === undefined ? (JSON.parse(text) as unknown) : null
  } catch {
    return null
  }
}
