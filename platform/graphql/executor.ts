import {
  execute,
  getOperationAST,
  GraphQLError,
  parse,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql'
import { LRUCache } from 'lru-cache'

/**
 * Bounds of what a subgraph keeps parsed: operations, and characters of their texts. A client's literals are part of
 * the text, so it may be a new one each time, and large.
 */
const BOUNDS = {
  max: 2_000,
  maxSize: 2_097_152,
  sizeCalculation: (_: unknown, query: string) => query.length + 1,
}

export type GraphQLParams = {
  query: string
  variables?: Record<string, unknown> | null | undefined
  operationName?: string | null | undefined
}

/** Executes operations of one schema; each text is parsed and validated once. */
export function createExecutor(schema: GraphQLSchema) {
  const documents = new LRUCache<string, DocumentNode>(BOUNDS)

  function prepare(query: string): DocumentNode | readonly GraphQLError[] {
    const known = documents.get(query)
    if (known) return known
    const prepared = parseAndValidate(schema, query)
    if ('kind' in prepared) documents.set(query, prepared)
    return prepared
  }

  const executeOperation = async (
    { query, variables, operationName }: GraphQLParams,
    contextValue: unknown,
  ): Promise<ExecutionResult> => {
    const document = prepare(query)
    if (!('kind' in document)) return { errors: document }
    return execute({ schema, document, variableValues: variables, operationName, contextValue })
  }

  /** `query` or `mutation`; null if the document is not valid, or does not have the operation. */
  function operationType({ query, operationName }: GraphQLParams): string | null {
    const document = prepare(query)
    return 'kind' in document ? (getOperationAST(document, operationName)?.operation ?? null) : null
  }

  return Object.assign(executeOperation, { operationType })
}

function parseAndValidate(schema: GraphQLSchema, query: string): DocumentNode | readonly GraphQLError[] {
  try {
    const document = parse(query, { noLocation: true })
    const errors = validate(schema, document)
    return errors.length > 0 ? errors : document
  } catch (error) {
    if (error instanceof GraphQLError) return [error]
    throw error
  }
}
