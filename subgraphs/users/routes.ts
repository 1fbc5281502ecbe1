import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { quote } from '../../contracts/input.ts'
import { INTERNAL_HEADER, verifyInternal } from '../../platform/internal-auth.ts'
import { revocationCutoff } from './commands/session-store.ts'
import type { Services } from './context.ts'

const EXAMPLE = '2026-08-01T12:00:00.000Z'
const EVER = '1970-01-01T00:00:00Z'
const notSince = ({ input }: { input?: unknown }) =>
  `since is ${quote(String(input))}. Give it once, a moment in UTC, for example ${EXAMPLE}.`
const RevocationsQuery = z.object({ since: z.iso.datetime({ error: notSince }).default(EVER) })

/**
 * `GET /jwks`, for anybody: the public keys that verify access tokens. `GET /revocations`, for the gateway: the
 * sessions that ended while an access token of theirs can still be valid, `{ sessions: [{ id, endedAt }] }`;
 * `?since=2026-08-01T12:00:00.000Z`: of those, the ones that ended at or after that moment. A session can be seen a
 * little later than it ended, so whoever asks again and again goes back some seconds each time.
 */
export function tokenRoutes(app: FastifyInstance, services: Services): void {
  const { prisma, signingKeys, settings, secret, clock } = services

  app.get('/jwks', { errorHandler: unavailable }, async (_request, reply) => {
    const keys = settings.external ? [] : await signingKeys.published()
    return reply.header('cache-control', 'public, max-age=60').send({ keys })
  })

  app.get('/revocations', { errorHandler: unavailable }, async (request, reply) => {
    const header = request.headers[INTERNAL_HEADER]
    const signature = Array.isArray(header) ? header[0] : header
    const verified = verifyInternal(secret, signature, 'users', clock())
    if (!verified.ok)
      return reply.code(401).send({ error: `Revocations are for the gateway: ${verified.reason}.` })
    const query = RevocationsQuery.safeParse(request.query)
    if (!query.success) return reply.code(400).send({ error: query.error.issues[0]?.message })
    const since = Math.max(revocationCutoff(services).getTime(), Date.parse(query.data.since))
    const sessions = await prisma.session.findMany({
      where: { endedAt: { gte: new Date(since) } },
      select: { id: true, endedAt: true },
      orderBy: [{ endedAt: 'asc' }, { id: 'asc' }],
    })
    return reply.header('cache-control', 'no-store').send({ sessions })
  })
}

/** What went wrong with the database is for the log, not for whoever asked. */
function unavailable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  request.log.error({ err: error }, `${request.url} failed`)
  void reply.code(503).send({ error: 'The users service cannot reach its database. Try again later.' })
}
