import type { ApolloGateway } from '@apollo/gateway'
import {
  execute as executeByGraphQL,
  GraphQLError,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { createHash } from 'node:crypto'
import type { Log } from '../../platform/log.ts'
import { operationIdentity } from '../execution/operation-identity.ts'
import { executeAdmitted, type Admission } from '../execution/admission.ts'
import type { RequestSubgraph } from '../execution/subgraph-request.ts'
import type { JsonObject } from '../execution/json.ts'
import type { CompleteResponse } from '../execution/operation.ts'
import type { OperationStore } from '../execution/operation-store.ts'
import type { OperationRequest } from '../execution/plan-cache.ts'
import { requestedOperation } from '../execution/requested-operation.ts'
import { asksForData, fragmentsOf } from '../execution/without-introspection.ts'
import type { ApolloContext } from './subgraph-data-source.ts'

/** Limits of the cache: its documents, and the characters of their texts. */
const LIMITS = { max: 5_000, maxSize: 4_194_304 }

type CachedDocument = {
  document: DocumentNode
  /** The key of the plan in Apollo's cache. */
  queryHash: string
  /** The expected length of its responses. */
  weight: number
}

export type ApolloStoreOptions = {
  /** Already loaded. */
  gateway: Pick<ApolloGateway, 'executor'>
  /** The schema clients see. */
  schema: GraphQLSchema
  /** A hash of the supergraph. */
  supergraphId: string
  /** Shared by the whole process. */
  admission: Admission
  log: Log
}

/** Executes operations by Apollo's executor. It has its own cache of plans, so nothing can be planned ahead of time. */
export function createApolloStore({
  gateway,
  schema,
  supergraphId,
  admission,
  log,
}: ApolloStoreOptions): OperationStore {
  const documents = new LRUCache<string, CachedDocument>(LIMITS)

  function cache({ source, document }: OperationRequest): CachedDocument {
    const cached = documents.get(source)
    if (cached) return cached
    const added = { document, queryHash: createHash('sha256').update(source).digest('hex'), weight: 0 }
    documents.set(source, added, { size: source.length + 1 })
    return added
  }

  async function execute(
    { source, operationName }: OperationRequest,
    { document, queryHash }: CachedDocument,
    operation: OperationDefinitionNode,
    variables: JsonObject,
    requestSubgraph: RequestSubgraph,
  ): Promise<CompleteResponse> {
    // Apollo's planner supports only an older introspection schema.
    if (!asksForData(operation.selectionSet, fragmentsOf(document))) {
      const introspected = executeByGraphQL({ schema, document, operationName, variableValues: variables })
      return completeResponse(await introspected)
    }
    const context: ApolloContext = { requestSubgraph }
    const request = { query: source, variables, ...(operationName !== null && { operationName }) }
    return completeResponse(
      await gateway.executor({
        request,
        document,
        source,
        operation,
        operationName: operation.name?.value ?? null,
        queryHash,
        schema,
        context,
        logger: log,
        metrics: {},
        cache: NO_CACHE,
        overallCachePolicy: NO_CACHE_POLICY,
      } as unknown as Parameters<ApolloGateway['executor']>[0]),
    )
  }

  return {
    documentOf: (source) => documents.get(source)?.document,
    async prepare(request, sent) {
      const { values: variables } = sent
      const cached = cache(request)
      const requested = requestedOperation(schema, cached.document, request.operationName, variables)
      if ('refused' in requested) return requested
      const { operation } = requested
      return {
        requested: { document: cached.document, operation, variables },
        planText: null,
        identity: () =>
          operationIdentity(
            `${supergraphId}${cached.queryHash}${request.operationName ?? ''}`,
            operation,
            sent,
          ),
        execute: (requestSubgraph) =>
          executeAdmitted(admission, cached, () =>
            execute(request, cached, operation, variables, requestSubgraph),
          ),
      }
    },
    recent: () => [],
    warm: async () => {},
    size: () => ({ documents: documents.size, plans: 0 }),
  }
}

/** Required by Apollo's types, not used by its executor. */
const NO_CACHE = { get: async () => undefined, set: async () => {}, delete: async () => {} }
const NO_CACHE_POLICY = {}

type ApolloResult = Pick<ExecutionResult, 'data' | 'errors' | 'extensions'>

/** If no error explains a null in a non-null field, Apollo reports it in `extensions` only. */
function completeResponse({ data, errors, extensions }: ApolloResult): CompleteResponse {
  const completion = (extensions?.['valueCompletion'] ?? []) as readonly GraphQLError[]
  return {
    kind: 'complete',
    data: JSON.stringify(data ?? null),
    errors: [
      ...(errors ?? []).map(withoutServiceName),
      ...completion.map(({ message, path }) => formatted(message, path, undefined)),
    ],
  }
}

/** Apollo adds the subgraph's name to the extensions of its errors. Errors other than GraphQLError are bugs and are masked. */
function withoutServiceName(error: Error): GraphQLFormattedError {
  if (!(error instanceof GraphQLError)) return { message: error.message }
  const { serviceName: _, ...extensions } = error.extensions
  return formatted(error.message, error.path, extensions)
}

function formatted(
  message: string,
  path: readonly (string | number)[] | undefined,
  extensions: GraphQLFormattedError['extensions'],
): GraphQLFormattedError {
  return { message, ...(path && path.length > 0 && { path }), ...(extensions && { extensions }) }
}
