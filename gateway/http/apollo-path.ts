import { HeaderMap, type ApolloServer } from '@apollo/server'
import type { IncomingHttpHeaders } from 'node:http'
import type { Log } from '../../platform/log.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { isJsonObject } from '../execution/json.ts'
import { masked } from '../../platform/graphql/errors.ts'
import { recordError } from '../metrics/request-record.ts'
import type { HandleRequest } from './http-response.ts'
import type { ContextOf } from './request-context.ts'

/** Handles requests with Apollo Server, which must be started. */
export function createApolloPath(
  apollo: Pick<ApolloServer<GatewayContext>, 'executeHTTPGraphQLRequest'>,
  contextOf: ContextOf,
  log: Log,
): HandleRequest {
  return async (request, cancellation) => {
    const { method, url, headers, body, id, record } = request
    try {
      const response = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method,
          headers: headerMap(headers),
          body: bodyOf(body),
          search: searchOf(url),
        },
        context: () => contextOf(request, cancellation),
      })
      if (response.body.kind !== 'complete') throw new Error('Apollo Server returned a response in parts.')
      return {
        status: response.status ?? 200,
        headers: [...response.headers].flat(),
        text: response.body.string,
      }
    } catch (error) {
      log.error({ err: error, requestId: id }, 'unexpected error')
      recordError(record, 'INTERNAL_SERVER_ERROR')
      const text = JSON.stringify({ errors: [masked(id)] })
      return { status: 500, headers: ['content-type', 'application/json; charset=utf-8'], text }
    }
  }
}

function headerMap(headers: IncomingHttpHeaders): HeaderMap {
  const map = new HeaderMap()
  for (const name in headers) {
    const value = headers[name]
    if (value) map.set(name, typeof value === 'string' ? value : value.join(', '))
  }
  return map
}

/** The query string without empty parameters, which the limits ignore too. */
function searchOf(url: string): string {
  if (!url.includes('?')) return ''
  const { searchParams } = new URL(url, 'http://localhost')
  for (const name of ['operationName', 'variables', 'extensions']) searchParams.delete(name, '')
  return `?${searchParams.toString()}`
}

function bodyOf(body: unknown): unknown {
  return isJsonObject(body) && body['operationName'] === '' ? { ...body, operationName: null } : body
}
