import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Services } from './context.ts'

/** `GET /jwks`, for anybody: the public keys that verify access tokens. */
export function tokenRoutes(
  app: FastifyInstance,
  services: Pick<Services, 'signingKeys' | 'settings'>,
): void {
  const { signingKeys, settings } = services

  app.get('/jwks', { errorHandler: unavailable }, async (_request, reply) => {
    const keys = settings.external ? [] : await signingKeys.published()
    return reply.header('cache-control', 'public, max-age=60').send({ keys })
  })
}

/** What went wrong with the database is for the log, not for whoever asked. */
function unavailable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  request.log.error({ err: error }, `${request.url} failed`)
  void reply.code(503).send({ error: 'The users service cannot reach its database. Try again later.' })
}
