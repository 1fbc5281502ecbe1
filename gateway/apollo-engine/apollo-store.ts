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
import type { Admission } from '../execution/admission.ts'
import type { RequestSubgraph } from '../execution/subgraph-request.ts'
import { fitOperation } from './fit-operation.ts'
import type { JsonObject } from '../execution/json.ts'
import type { OperationResult } from '../execution/operation.ts'
import type { OperationStore, Prepared, Ready, Refused } from '../execution/operation-store.ts'
import type { SentVariables } from '../execution/variable-texts.ts'
import { asksForData, fragmentsOf } from '../execution/without-introspection.ts'
import type { ApolloContext } from './subgraph-data-source.ts'

/** Bounds of the documents that are kept parsed: their number, and the characters of their texts. */
const BOUNDS = { max: 5_000, maxSize: 4_194_304 }

type Known = {
  document: DocumentNode
  /** Apollo's key for the plan. */
  queryHash: string
  /** Characters of its responses, the last ones more than those before. */
  weight: number
}

export type ApolloStoreOptions = {
  /** It is loaded. */
  gateway: Pick<ApolloGateway, 'executor'>
  /** The schema clients see. */
  schema: GraphQLSchema
  /** Shared by all that are served by this process. */
  admission: Admission
  log: Log
}

/** Operations as Apollo's executor runs them. It plans and keeps plans by itself, so nothing can be planned ahead. */
export function createApolloStore({ gateway, schema, admission, log }: ApolloStoreOptions): OperationStore {
  const documents = new LRUCache<string, Known>(BOUNDS)

  function know({ source, document }: Prepared): Known {
    const known = documents.get(source)
    if (known) return known
    const added = { document, queryHash: createHash('sha256').update(source).digest('hex'), weight: 0 }
    documents.set(source, added, { size: source.length + 1 })
    return added
  }

  async function execute(
    { source, operationName }: Prepared,
    { document, queryHash }: Known,
    operation: OperationDefinitionNode,
    variables: JsonObject,
    requestSubgraph: RequestSubgraph,
  ): Promise<OperationResult> {
    // Apollo's planner only knows the introspection of an older GraphQL.
    if (!asksForData(operation.selectionSet, fragmentsOf(document))) {
      const introspected = executeByGraphQL({ schema, document, operationName, variableValues: variables })
      return resultOf(await introspected)
    }
    const context: ApolloContext = { requestSubgraph }
    const request = { query: source, variables, ...(operationName !== null && { operationName }) }
    return resultOf(
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

  async function prepare(prepared: Prepared, { values: variables }: SentVariables): Promise<Ready | Refused> {
    const known = know(prepared)
    const fitted = fitOperation(schema, known.document, prepared.operationName, variables)
    if ('refused' in fitted) return fitted
    return {
      planText: null,
      run: (requestSubgraph) =>
        admission.run(known.weight, async () => {
          const result = await execute(prepared, known, fitted.operation, variables, requestSubgraph)
          known.weight += (result.data.length - known.weight) / 8
          return result
        }),
    }
  }

  return {
    documentOf: (source) => documents.get(source)?.document,
    prepare,
    async execute(prepared, variables, requestSubgraph) {
      const ready = await prepare(prepared, variables)
      if ('refused' in ready) return ready
      return { result: await ready.run(requestSubgraph, null), planText: ready.planText }
    },
    recent: () => [],
    warm: async () => {},
  }
}

/** What Apollo's types ask for and its executor does not use. */
const NO_CACHE = { get: async () => undefined, set: async () => {}, delete: async () => {} }
const NO_CACHE_POLICY = {}

type ApolloResult = Pick<ExecutionResult, 'data' | 'errors' | 'extensions'>

/** A null in a non-null place that no error explains, Apollo only reports among the extensions. */
function resultOf({ data, errors, extensions }: ApolloResult): OperationResult {
  const completion = (extensions?.['valueCompletion'] ?? []) as readonly GraphQLError[]
  return {
    data: JSON.stringify(data ?? null),
    errors: [
      ...(errors ?? []).map(withoutServiceName),
      ...completion.map(({ message, path }) => formatted(message, path, undefined)),
    ],
  }
}

/** Apollo adds the name of the subgraph to what the subgraph reported. What is no GraphQLError is a bug, and is masked. */
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
