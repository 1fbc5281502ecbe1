import {
  getOperationAST,
  getVariableValues,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { apiError } from '../../platform/graphql/errors.ts'
import type { JsonObject } from './json.ts'

/** The errors because of which an operation is not executed. */
export type Refused = { refused: readonly GraphQLError[] }

/** Maximum number of reported errors of variables. A list can have very many. graphql-js has the same limit. */
const MAX_VARIABLE_ERRORS = 50

/** The operation that a request names, with its variables as GraphQL coerces them. */
export function requestedOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  name: string | null,
  variables: JsonObject,
): { operation: OperationDefinitionNode; coerced: JsonObject } | Refused {
  const operation = chooseOperation(document, name)
  if (operation instanceof GraphQLError) return { refused: [operation] }
  if (!schema.getRootType(operation.operation)) {
    return { refused: [apiError('BAD_USER_INPUT', `The schema has no ${operation.operation}s.`)] }
  }
  const definitions = operation.variableDefinitions ?? []
  const { coerced, errors } = getVariableValues(schema, definitions, variables, {
    maxErrors: MAX_VARIABLE_ERRORS,
  })
  return errors ? { refused: errors.map(withCode) } : { operation, coerced }
}

/** Apollo Server gives a code to errors of a variable, which have nodes, but not to "too many errors". */
function withCode(error: GraphQLError): GraphQLError {
  return error.nodes ? error : apiError('BAD_USER_INPUT', error.message)
}

/**
 * @param name the operation name that the client sent. If the document does not have it, Apollo Server replaces it by null. This
 *   could select another operation than the one whose limits were checked.
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
      ? `The document has several operations. Choose one by \`operationName\`: ${names.join(', ')}.`
      : `The document has no operation ${JSON.stringify(name)}. It has: ${names.join(', ')}.`
  // Apollo Server adds its own code: OPERATION_RESOLUTION_FAILURE.
  return new GraphQLError(message)
}
