import {
  getOperationAST,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql'
import { apiError } from '../../platform/graphql/errors.ts'

/**
 * The operation of a document that a request means.
 *
 * @param name as the client sent it; Apollo Server makes null of a name that the document does not have, which would
 *   choose another operation than the limits were asked about
 */
export function chooseOperation(
  document: DocumentNode,
  name: string | null,
): OperationDefinitionNode | GraphQLError {
  const operation = getOperationAST(document, name)
  if (operation?.operation === OperationTypeNode.SUBSCRIPTION) {
    return apiError('BAD_USER_INPUT', 'Subscriptions are not served here.')
  }
  if (operation) return operation
  const names = document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? (definition.name?.value ?? '(no name)') : [],
  )
  const message =
    name === null
      ? `The document has several operations. Say which by \`operationName\`: ${names.join(', ')}.`
      : `The document has no operation ${JSON.stringify(name)}. It has: ${names.join(', ')}.`
  // Without a code, Apollo Server gives it its own: OPERATION_RESOLUTION_FAILURE.
  return new GraphQLError(message)
}
