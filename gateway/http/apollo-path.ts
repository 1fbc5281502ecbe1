import { HeaderMap, type ApolloServer } from '@apollo/server'
import type { IncomingHttpHeaders } from 'node:http'
import type { Log } from '../../platform/log.ts'
import type { GatewayContext } from '../context.ts'
import { masked } from '../subgraph-client/errors.ts'
import type { AnswerRequest } from './http-answer.ts'
import type { ContextOf } from './request-context.ts'

/** Answers any request by Apollo Server, which has to be started. */
export function createApolloPath(
  apollo: Pick<ApolloServer<GatewayContext>, 'executeHTTPGraphQLRequest'>,
  contextOf: ContextOf,
  log: Log,
): AnswerRequest {
  return async (request, cancellation) => {
    const { method, url, headers, body, id } = request
    try {
      const answer = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: { method, headers: headerMap(headers), body, search: searchOf(url) },
        context: () => contextOf(request, cancellation),
      })
      if (answer.body.kind !== 'complete') throw new Error('an answer in parts')
      return { status: answer.status ?? 200, headers: [...answer.headers].flat(), text: answer.body.string }
    } catch (error) {
      log.error({ err: error, requestId: id }, 'unexpected error')
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

function searchOf(url: string): string {
  return url.includes('?') ? new URL(url, 'http://localhost').search : ''
}
