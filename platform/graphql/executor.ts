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
 * Limits of the cache of parsed operations: their number, and the total characters of their texts. A text contains the
 * client's literals, so each text may be new, and large.
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

/** Executes operations of one schema. Valid operations are cached, so that each is parsed and validated once. */
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

  /** `query` or `mutation`. Null if the document is invalid or does not contain the operation. */
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
