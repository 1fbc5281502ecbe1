import {
  execute,
  GraphQLError,
  parse,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql'
import { LRUCache } from 'lru-cache'

/** Operations a subgraph keeps parsed. The gateway's planner sends the same few texts again and again. */
const DOCUMENTS = 2_000

export type GraphQLParams = {
  query: string
  variables?: Record<string, unknown> | null | undefined
  operationName?: string | null | undefined
}

/** Executes operations of one schema; each text is parsed and validated once. */
export function createExecutor(schema: GraphQLSchema) {
  const documents = new LRUCache<string, DocumentNode | readonly GraphQLError[]>({ max: DOCUMENTS })

  function prepare(query: string): DocumentNode | readonly GraphQLError[] {
    const known = documents.get(query)
    if (known) return known
    const prepared = parseAndValidate(schema, query)
    documents.set(query, prepared)
    return prepared
  }

  return async (
    { query, variables, operationName }: GraphQLParams,
    contextValue: unknown,
  ): Promise<ExecutionResult> => {
    const document = prepare(query)
    if (!('kind' in document)) return { errors: document }
    return execute({ schema, document, variableValues: variables, operationName, contextValue })
  }
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
