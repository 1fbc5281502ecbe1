import type { FastifyError, FastifyInstance } from 'fastify'
import { masked } from '../graphql/errors.ts'
import { badRequest, RequestRefusal } from './request-refusal.ts'

/**
 * Responds in GraphQL's error format to requests that HTTP or the router refuses. The gateway has its own, more detailed
 * handler.
 */
export function transportErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { statusCode: status = 500 } = error
    if (status < 500 || error instanceof RequestRefusal)
      return reply.code(status).send(badRequest(error.message))
    request.log.error({ err: error, requestId: request.id }, 'unexpected error')
    return reply.code(500).send({ errors: [masked(request.id)] })
  })
}
