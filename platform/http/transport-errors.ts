import type { FastifyError, FastifyInstance } from 'fastify'
import { badRequest, RequestRefusal } from './request-refusal.ts'

/** Answers in GraphQL's error format what HTTP or the router refuses. The gateway has a handler of its own, which says more. */
export function transportErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { statusCode: status = 500 } = error
    if (status < 500 || error instanceof RequestRefusal)
      return reply.code(status).send(badRequest(error.message))
    request.log.error({ err: error, requestId: request.id }, 'unexpected error')
    const message = 'Something went wrong on our side.'
    const extensions = { code: 'INTERNAL_SERVER_ERROR', requestId: request.id }
    return reply.code(500).send({ errors: [{ message, extensions }] })
  })
}
