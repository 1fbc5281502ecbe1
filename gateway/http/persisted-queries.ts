import type { ErrorCode } from '../../contracts/errors.ts'
import { isJsonObject, type JsonObject } from '../execution/json.ts'
import { hashOf, type PersistedQueries } from '../persisted-queries/store.ts'
import type { HandleRequest, GraphQLRequest, HttpResponse } from './http-response.ts'
import { chooseContentType } from './media-types.ts'
import { recordError } from '../metrics/request-record.ts'

export type PersistedOptions = {
  /** Null if persisted queries are off. Clients must then send texts. */
  store: PersistedQueries | null
  /** Whether this is a valid operation within the limits. */
  isValid(text: string): boolean
}

/**
 * Automatic persisted queries (Apollo's protocol), by POST and GET. A client sends `extensions.persistedQuery` with the SHA-256
 * of the query instead of its text. If it is unknown, the client sends both once. This step replaces the extension by the text,
 * so the rest of the gateway handles the request like any other.
 */
export function servePersisted(respond: HandleRequest, { store, isValid }: PersistedOptions): HandleRequest {
  async function serveHashed(...[request, cancellation]: Parameters<HandleRequest>): Promise<HttpResponse> {
    const parts = partsOf(request)
    if (!parts) return respond(request, cancellation)
    const persisted = readPersisted(parts.persistedQuery)
    if (persisted.fault !== undefined) return refuse(request, 'BAD_REQUEST', persisted.fault)
    if (!store) return refuse(request, 'PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported')
    const { hash } = persisted
    const { query } = parts
    // Forms and some clients send an empty text instead of none.
    if (query === null || query === undefined || query === '') {
      const found = store.find(hash)
      const text = typeof found === 'string' ? found : await found
      if (text === null) return refuse(request, 'PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound')
      return respond(parts.withQuery(text), cancellation)
    }
    // Other types are refused later, like without the extension.
    if (typeof query !== 'string') return respond(parts.withQuery(query), cancellation)
    const right = hashOf(query)
    if (right !== hash) {
      const message = `\`extensions.persistedQuery.sha256Hash\` does not match the query. The SHA-256 of the query that was sent is ${right}.`
      return refuse(request, 'BAD_REQUEST', message)
    }
    const answered = await respond(parts.withQuery(query), cancellation)
    // Only valid operations are stored, so that a client cannot fill the store with other texts.
    if (answered.status === 200 && isValid(query)) store.register(hash, query)
    return answered
  }

  return (request, cancellation) =>
    mayBePersisted(request) ? serveHashed(request, cancellation) : respond(request, cancellation)
}

/** A fast check for requests without extensions. */
function mayBePersisted({ method, url, body }: GraphQLRequest): boolean {
  if (method === 'GET') return url.includes('?')
  return method === 'POST' && isJsonObject(body) && body['extensions'] !== undefined
}

type Parts = {
  query: unknown
  persistedQuery: unknown
  /** The request with the text of the query and without the extension. */
  withQuery(query: unknown): GraphQLRequest
}

/** Null if the request has no persisted query or is malformed. A malformed request is refused later. */
function partsOf(request: GraphQLRequest): Parts | null {
  return request.method === 'GET' ? partsOfAddress(request) : partsOfBody(request)
}

function partsOfBody(request: GraphQLRequest): Parts | null {
  const { extensions, ...body } = request.body as JsonObject
  const found = takePersisted(extensions)
  if (!found) return null
  const { persistedQuery, others } = found
  const rest = others ? { ...body, extensions: others } : body
  return {
    query: body['query'],
    persistedQuery,
    withQuery: (query) => ({ ...request, body: { ...rest, query } }),
  }
}

function partsOfAddress(request: GraphQLRequest): Parts | null {
  const [path = '', search = ''] = request.url.split(/\?(.*)/s, 2)
  const params = new URLSearchParams(search)
  const [text, second] = params.getAll('extensions')
  if (text === undefined || second !== undefined || params.getAll('query').length > 1) return null
  const found = takePersisted(parseJson(text))
  if (!found) return null
  const { persistedQuery, others } = found
  return {
    query: params.get('query'),
    persistedQuery,
    withQuery(query) {
      params.set('query', String(query))
      if (others) params.set('extensions', JSON.stringify(others))
      else params.delete('extensions')
      return { ...request, url: `${path}?${params.toString()}` }
    },
  }
}

/**
 * Separates `persistedQuery` from the other extensions. `others` is null if there are none.
 *
 * @returns null if `persistedQuery` is missing
 */
function takePersisted(extensions: unknown): { persistedQuery: unknown; others: JsonObject | null } | null {
  if (!isJsonObject(extensions)) return null
  const { persistedQuery, ...others } = extensions
  if (persistedQuery === undefined || persistedQuery === null) return null
  return { persistedQuery, others: Object.keys(others).length > 0 ? others : null }
}

type Persisted = { hash: string; fault?: undefined } | { fault: string }

function readPersisted(value: unknown): Persisted {
  if (!isJsonObject(value)) return { fault: '`extensions.persistedQuery` is not an object.' }
  const { version, sha256Hash } = value
  if (version !== 1) {
    const given = version === undefined ? 'missing' : shorten(version)
    return {
      fault: `Unsupported persisted query version: \`extensions.persistedQuery.version\` is ${given}. Send 1.`,
    }
  }
  if (typeof sha256Hash === 'string' && /^[0-9a-f]{64}$/.test(sha256Hash)) return { hash: sha256Hash }
  const given = sha256Hash === undefined ? 'missing' : shorten(sha256Hash)
  return {
    fault: `\`extensions.persistedQuery.sha256Hash\` is ${given}. Send the SHA-256 of the query as 64 hexadecimal digits in lower case.`,
  }
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/**
 * Clients compare the two messages of the protocol. With `application/json` these have status 200, as in Apollo Server. With
 * `application/graphql-response+json` they have 400, because there is no data.
 */
function refuse({ headers, record }: GraphQLRequest, code: ErrorCode, message: string): HttpResponse {
  recordError(record, code)
  const type = chooseContentType(headers.accept) ?? 'application/json; charset=utf-8'
  const status = code === 'BAD_REQUEST' || type.startsWith('application/graphql-response') ? 400 : 200
  return {
    status,
    // The query may be known a moment later, so caches must not store this response.
    headers: ['content-type', type, 'cache-control', 'private, no-cache, must-revalidate'],
    text: `${JSON.stringify({ errors: [{ message, extensions: { code } }] })}\n`,
  }
}
