import { GraphQLError } from 'graphql'
import { apiError } from '../../platform/graphql/errors.ts'
import { isJsonObject, type JsonObject } from '../execution/json.ts'
import type { OperationParams } from '../limits/check-operation.ts'

const PARAMETERS = ['query', 'operationName', 'variables'] as const

/** What is needed of an HTTP request; `body` is parsed JSON. */
export type HttpOperation = { method: string; url: string; body: unknown }

/**
 * The operation of a request, read with Apollo Server's own means: what the limits judge must be what is executed.
 *
 * @returns null when there is no query, which Apollo Server explains; an error when the request is not to be executed,
 *   because its parts are not what they should be
 */
export function readOperation({ method, url, body }: HttpOperation): OperationParams | GraphQLError | null {
  const parts = method === 'GET' ? partsOf(new URL(url, 'http://localhost').searchParams) : (body ?? {})
  if (parts instanceof GraphQLError) return parts
  if (!isJsonObject(parts)) return refuse('The body is not a JSON object. Send one operation at a time')
  const { query, operationName, variables } = parts
  if (!query) return null
  if (typeof query !== 'string') return refuse('`query` is not text')
  if (!isAbsent(operationName) && typeof operationName !== 'string') {
    return refuse('`operationName` is not text')
  }
  if (!isAbsent(variables) && !isJsonObject(variables)) return refuse('`variables` is not an object')
  return { query, operationName: operationName ?? undefined, variables: variables ?? undefined }
}

function partsOf(search: URLSearchParams): JsonObject | GraphQLError {
  const parts: JsonObject = {}
  for (const name of PARAMETERS) {
    const [value, second] = search.getAll(name)
    if (second !== undefined) return refuse(`The address gives \`${name}\` more than once`)
    if (value !== undefined) parts[name] = value
  }
  if (typeof parts['variables'] !== 'string') return parts
  try {
    return { ...parts, variables: JSON.parse(parts['variables']) as unknown }
  } catch {
    return refuse('`variables` in the address is not JSON')
  }
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined
}

function refuse(what: string): GraphQLError {
  return apiError('BAD_USER_INPUT', `${what}. See https://graphql.org/learn/serving-over-http/ for the form.`)
}
