import { mayLoseDigits, parseExactly } from '../execution/exact-number.ts'
import { mayHoldNumbers, type NumberPlaces } from '../execution/number-places.ts'
import type { SubgraphError } from '../execution/subgraph-request.ts'
import { SubgraphFault } from './fault.ts'
import type { SubgraphHttpResponse } from './transport.ts'

export type GraphQLResponse = {
  data: Record<string, unknown> | null
  errors: readonly SubgraphError[]
  /** Never passed on to the client unchanged. */
  extensions?: Readonly<Record<string, unknown>> | undefined
  /** No string in it has a character that JSON escapes. @default false */
  plain?: boolean
  /** Numbers in the data that a double would change are `ExactNumber`s. @default false */
  exact?: boolean | undefined
  /** The request id that was sent. If the fetch was shared, it is the id of the request that started the fetch. */
  sentAs?: string | undefined
}

const GRAPHQL_JSON = 'application/graphql-response+json'
const JSON_TYPES = [GRAPHQL_JSON, 'application/json']

/**
 * Reads a subgraph's GraphQL response. With `application/graphql-response+json` a status of 4xx or 5xx is valid
 * (https://graphql.github.io/graphql-over-http/draft/#sec-Status-Codes), otherwise only 200.
 *
 * @param numbers where in the data numbers must keep their digits
 * @throws SubgraphFault: status, content-type or body
 */
export function readResponse(
  { status, contentType, text }: SubgraphHttpResponse,
  numbers?: NumberPlaces,
): GraphQLResponse {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (status !== 200 && type !== GRAPHQL_JSON) {
    throw new SubgraphFault('status', `responded with HTTP status ${status}`, { status })
  }
  if (!JSON_TYPES.includes(type)) {
    throw new SubgraphFault('content-type', `responded with ${nameType(type)} instead of JSON`)
  }
  const response = readGraphQL(parseJson(text), isPlain(text))
  if (response) return numbers ? withDigits(response, text, numbers) : response
  if (status !== 200) throw new SubgraphFault('status', `responded with HTTP status ${status}`, { status })
  throw new SubgraphFault('body', 'responded with JSON that is not a GraphQL response')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new SubgraphFault('body', 'responded with JSON that is broken or cut off', { cause: error })
  }
}

/** Parses the data again if a number that must keep its digits may have lost some. */
function withDigits(response: GraphQLResponse, text: string, numbers: NumberPlaces): GraphQLResponse {
  if (!mayHoldNumbers(response.data, numbers) || !mayLoseDigits(text)) return response
  try {
    const { data } = parseExactly(text) as Pick<GraphQLResponse, 'data'>
    return { ...response, data, exact: true }
  } catch (error) {
    throw new SubgraphFault('body', 'responded with JSON that is nested too deep', { cause: error })
  }
}

/** Without a backslash, no string in JSON has a quote or a control character. Decoded UTF-8 has no lone surrogates. */
function isPlain(text: string): boolean {
  return !text.includes('\\')
}

const NO_ERRORS: readonly SubgraphError[] = []

/**
 * Reads a GraphQL response. Null if the value is not one. Hand-written for speed, because it is on the hot path. Malformed
 * `errors` do not invalidate the data.
 */
function readGraphQL(value: unknown, plain: boolean): GraphQLResponse | null {
  if (!isObject(value)) return null
  const data = value['data'] ?? null
  const errors = value['errors'] ?? NO_ERRORS
  if (data !== null && !isObject(data)) return null
  const sent = value['extensions']
  const extensions = isObject(sent) ? sent : undefined
  if (!Array.isArray(errors))
    return data && { data, errors: [UNREADABLE], extensions, plain, sentAs: undefined }
  if (errors.length === 0) return data && { data, errors: NO_ERRORS, extensions, plain, sentAs: undefined }
  return { data, errors: errors.map(readError), extensions, plain, sentAs: undefined }
}

/** Replaces an error that is not a valid GraphQL error. */
const UNREADABLE: SubgraphError = { message: 'The subgraph reported an error without a message.' }

/** The valid parts of an error. */
function readError(value: unknown): SubgraphError {
  if (!isObject(value)) return UNREADABLE
  const { message, path, extensions } = value
  return {
    message: typeof message === 'string' ? message : UNREADABLE.message,
    path: isPath(path) ? path : undefined,
    extensions: isObject(extensions) ? extensions : undefined,
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isPath(value: unknown): value is (string | number)[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string' || typeof part === 'number')
}

/** Only well-formed media types are shown to the client. */
function nameType(type: string): string {
  return /^[a-z0-9.+-]{1,40}\/[a-z0-9.+-]{1,60}$/.test(type) ? type : 'an unknown content type'
}
