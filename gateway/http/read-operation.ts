import { GraphQLError } from 'graphql'
import { apiError } from '../../platform/graphql/errors.ts'
import { isJsonObject, type JsonObject } from '../execution/json.ts'
import { FORM } from './media-types.ts'
import type { OperationParams } from '../limits/check-operation.ts'

const PARAMETERS = ['query', 'operationName', 'variables', 'extensions'] as const
const NO_QUERY = `The request has no \`query\`. ${FORM}`

/** The relevant parts of an HTTP request. `body` is parsed JSON, and `text` its text. */
export type HttpOperation = { method: string; url: string; body: unknown; text?: string | undefined }

/**
 * The operation of a request. It is read as Apollo Server does, so that the limits check what is executed.
 *
 * An empty `operationName` counts as missing. In a URL, so do empty `variables`, which forms send.
 *
 * @returns null if the request has a persisted query and no text. An error if the request is malformed.
 */
export function readOperation({ method, url, body }: HttpOperation): OperationParams | GraphQLError | null {
  const parts = method === 'GET' ? partsOf(new URL(url, 'http://localhost').searchParams) : (body ?? {})
  if (parts instanceof GraphQLError) return parts
  if (!isJsonObject(parts)) return refuse('The body is not a JSON object. Send one operation at a time')
  const { query, operationName, variables } = parts
  if (isAbsent(query) || query === '') return isPersisted(parts) ? null : apiError('BAD_REQUEST', NO_QUERY)
  if (typeof query !== 'string') return refuse('`query` is not text')
  if (!isAbsent(operationName) && typeof operationName !== 'string') {
    return refuse('`operationName` is not text')
  }
  if (!isAbsent(variables) && !isJsonObject(variables)) return refuse('`variables` is not an object')
  return { query, operationName: operationName || undefined, variables: variables ?? undefined }
}

/** JSON text of an object with the operation's variables as `variables`. Null if none were sent. */
export function variablesSource({ method, url, text }: HttpOperation): string | null {
  if (method !== 'GET') return text ?? null
  const variables = new URL(url, 'http://localhost').searchParams.get('variables')
  return variables ? `{"variables":${variables}}` : null
}

function partsOf(search: URLSearchParams): JsonObject | GraphQLError {
  const parts: JsonObject = {}
  for (const name of PARAMETERS) {
    const [value, second] = search.getAll(name)
    if (second !== undefined) return refuse(`The URL contains \`${name}\` more than once`)
    if (value) parts[name] = value
  }
  if (typeof parts['variables'] !== 'string') return parts
  try {
    return { ...parts, variables: JSON.parse(parts['variables']) as unknown }
  } catch {
    return refuse('`variables` in the URL is not JSON')
  }
}

/** Whether the request names a persisted query. In a URL, `extensions` is text. */
function isPersisted({ extensions }: JsonObject): boolean {
  if (typeof extensions === 'string') return extensions.includes('persistedQuery')
  return isJsonObject(extensions) && !isAbsent(extensions['persistedQuery'])
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined
}

function refuse(what: string): GraphQLError {
  return apiError('BAD_REQUEST', `${what}. See https://graphql.org/learn/serving-over-http/ for the form.`)
}
