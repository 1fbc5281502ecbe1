import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorCode } from '../../contracts/errors.ts'
import { BODY_LIMIT } from '../../platform/http/server.ts'
import { RequestRefusal } from '../../platform/http/request-refusal.ts'
import { FORM, mediaTypeRefusal, refusalType } from './media-types.ts'
import { masked } from '../../platform/graphql/errors.ts'
import { recordError } from '../metrics/request-record.ts'
import { recordOf } from './observe-requests.ts'

/** Methods by path, to distinguish a wrong method from a wrong path. */
export type Routes = Readonly<Record<string, readonly string[]>>

/** Returns errors outside of GraphQL in GraphQL's error format. */
export function jsonErrors(app: FastifyInstance, routes: Routes): void {
  // Text must be refused for its type, like everything except JSON.
  app.removeContentTypeParser('text/plain')

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    // The router also accepts a trailing slash.
    const methods = routes[path.length > 1 ? path.replace(/\/$/, '') : path]
    if (!methods) {
      return sendError(reply, 404, 'NOT_FOUND', `${path} does not exist. The API is at /graphql.`)
    }
    const allowed = methods.join(', ')
    const message = `${path} does not accept ${request.method} requests. Use ${allowed}.${path === '/graphql' ? '' : ' The API is at /graphql.'}`
    return sendError(reply.header('allow', allowed), 405, 'BAD_REQUEST', message)
  })

  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
      const message = `The request's body is larger than the maximum of ${BODY_LIMIT} bytes.`
      return sendError(reply, 413, 'LIMIT_EXCEEDED', message, { limit: 'body', bound: BODY_LIMIT })
    }
    if (error instanceof RequestRefusal) {
      return sendError(reply, error.statusCode, 'BAD_REQUEST', error.message)
    }
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return sendError(reply, error.statusCode, 'BAD_REQUEST', describe(error, request))
    }
    request.log.error({ err: error, requestId: request.id }, 'unexpected error')
    recordError(recordOf(request.raw), 'INTERNAL_SERVER_ERROR')
    return reply.code(500).send({ errors: [masked(request.id)] })
  })
}

/** Describes the fault of a request that could not be parsed. */
function describe({ code, message }: FastifyError, { headers }: FastifyRequest): string {
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return mediaTypeRefusal(headers['content-type'])
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return `The request has no body. ${FORM}`
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY') return `The body is not JSON. ${FORM}`
  return message
}

/** Sends one error in GraphQL's format. */
export function sendError(
  reply: FastifyReply,
  status: number,
  code: ErrorCode,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
) {
  recordError(recordOf(reply.request.raw), code)
  return reply
    .code(status)
    .type(refusalType(reply.request.headers.accept))
    .send({ errors: [{ message, extensions: { code, ...more } }] })
}
