import type { FetchNode } from '@apollo/query-planner'
import { Kind, parse, type OperationDefinitionNode } from 'graphql'

/** The operation that a fetch sends. */
export function fetchedOperation({ operation }: FetchNode): OperationDefinitionNode {
  const [definition] = parse(operation, { noLocation: true }).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a fetch without an operation')
  return definition
}
