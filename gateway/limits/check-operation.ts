import {
  getOperationAST,
  GraphQLError,
  parse,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { limitExceeded, type Limits } from './limits.ts'
import { countNodes, hasVariableSizes, type Variables } from './nodes.ts'
import { checkSelections } from './selections.ts'
import { checkTokens } from './tokens.ts'

/** Maximum total text of the parsed operations that are kept, in characters. A parsed operation is about 50 times as large. */
const KEPT_TEXT = 2_097_152

export type OperationParams = {
  query: string
  operationName?: string | undefined
  variables?: Variables | undefined
}

/** Returns an error if an operation exceeds a limit. */
export type CheckOperation = (params: OperationParams) => GraphQLError | null

/**
 * Checks operations before they are validated, because validation in graphql-js takes quadratic time (it compares all pairs of
 * fields with the same name). Syntax errors are ignored here: they are reported when the operation is parsed.
 */
export function operationChecker(schema: GraphQLSchema, limits: Limits): CheckOperation {
  const checked = new LRUCache<string, DocumentNode>({
    maxSize: KEPT_TEXT,
    sizeCalculation: (_document, query) => query.length,
  })

  /** Counts that do not depend on variables. */
  const counted = new WeakMap<OperationDefinitionNode, number>()

  function count(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): number {
    const nodes = countNodes(schema, document, operation, variables)
    if (!hasVariableSizes(document)) counted.set(operation, nodes)
    return nodes
  }

  function prepare(query: string): DocumentNode | GraphQLError | null {
    const known = checked.get(query)
    if (known) return known
    const prepared = checkTokens(query, limits) ?? parseAndCheck(query, limits)
    if (prepared && 'kind' in prepared) checked.set(query, prepared)
    return prepared
  }

  return ({ query, operationName, variables }) => {
    const prepared = prepare(query)
    if (prepared === null || !('kind' in prepared)) return prepared
    const operation = getOperationAST(prepared, operationName)
    if (!operation) return null
    const nodes = counted.get(operation) ?? count(prepared, operation, variables ?? {})
    return nodes > limits.nodes ? limitExceeded('nodes', nodes, limits.nodes) : null
  }
}

function parseAndCheck(query: string, limits: Limits): DocumentNode | GraphQLError | null {
  try {
    const document = parse(query, { noLocation: true })
    return checkSelections(document, limits) ?? document
  } catch (error) {
    if (error instanceof GraphQLError) return null
    throw error
  }
}
