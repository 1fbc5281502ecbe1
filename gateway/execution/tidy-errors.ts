import { GraphQLError } from 'graphql'
import type { ExecutionResult } from './gateway-interface.ts'

/** Drops what the engine adds to errors of subgraphs, and errors that say the same of the same place twice. */
export function tidyErrors(result: ExecutionResult): ExecutionResult {
  if (!result.errors) return result
  const distinct = new Map<string, GraphQLError>()
  for (const error of result.errors) {
    const key = JSON.stringify([error.path, error.message, error.extensions['code']])
    if (!distinct.has(key)) distinct.set(key, withoutServiceName(error))
  }
  return { ...result, errors: [...distinct.values()] }
}

function withoutServiceName(error: GraphQLError): GraphQLError {
  if (!('serviceName' in error.extensions)) return error
  const { serviceName: _serviceName, ...extensions } = error.extensions
  return new GraphQLError(error.message, { path: error.path ?? null, extensions, nodes: error.nodes ?? null })
}
