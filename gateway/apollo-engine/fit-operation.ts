import {
  getVariableValues,
  GraphQLError,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { apiError } from '../../platform/graphql/errors.ts'
import { chooseOperation } from '../execution/choose-operation.ts'
import type { JsonObject } from '../execution/json.ts'
import type { Refused } from '../execution/operation-store.ts'

/** Faults of variables that are reported at once; a list may hold very many. graphql-js has the same bound. */
const MAX_VARIABLE_ERRORS = 50

/** The operation of this name, if the variables fit it; else why it is refused, in the words of our own engine. */
export function fitOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null,
  variables: JsonObject,
): { operation: OperationDefinitionNode } | Refused {
  const operation = chooseOperation(document, operationName)
  if (operation instanceof GraphQLError) return { refused: [operation] }
  if (!schema.getRootType(operation.operation)) {
    return { refused: [apiError('BAD_USER_INPUT', `The schema has no ${operation.operation}s.`)] }
  }
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: MAX_VARIABLE_ERRORS,
  })
  if (!errors) return { operation }
  return {
    refused: errors.map((error) => (error.nodes ? error : apiError('BAD_USER_INPUT', error.message))),
  }
}
