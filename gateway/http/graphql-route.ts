import type { FastifyInstance } from 'fastify'
import { replyWith, servePlainPosts } from '../../platform/http/plain-posts/serve.ts'
import { bodyText } from '../../platform/http/request-body.ts'
import { BODY_LIMIT } from '../../platform/http/server.ts'
import { namesHost, refuseMalformedAddress } from './address.ts'
import { clientOf } from './client-gone.ts'
import { compressAnswer } from './compress-answer.ts'
import type { AnswerRequest, HttpAnswer } from './http-answer.ts'
import { refuseRequest, VARY_OF_GET, type RefusalOptions } from './refuse-request.ts'
import { answerPersisted, type PersistedOptions } from './persisted-queries.ts'
import type { LeanPath } from './lean/lean-path.ts'

export type GraphQLHandlers = {
  /** Null: every request goes the full way. */
  lean: LeanPath | null
  full: AnswerRequest
} & RefusalOptions

const PATH = '/graphql'

/**
 * `/graphql`, by the lean path where a request is fit for it, else in full. Plain POSTs of programs are answered on the
 * socket; browsers name their `Origin` and need CORS: they come by this route, as does all that is to be refused.
 *
 * @param socketServer false: everything comes by the route
 */
export function graphqlRoute(
  app: FastifyInstance,
  { lean, full, ...refusals }: GraphQLHandlers,
  socketServer: boolean,
  persisted: PersistedOptions,
): void {
  const texts: AnswerRequest = lean
    ? (request, gone) => lean(request, gone).then((answered) => answered ?? full(request, gone))
    : full
  const plain = answerPersisted(texts, persisted)
  const answer: AnswerRequest = (request, gone) => {
    const accepted = request.headers['accept-encoding']
    const answered = plain(request, gone)
    return accepted ? answered.then((given) => compressAnswer(given, accepted)) : answered
  }
  if (socketServer) {
    servePlainPosts(app, {
      path: PATH,
      bodyLimit: BODY_LIMIT,
      accepts: ({ origin, host }) => origin === undefined && namesHost(host),
      answer: ({ headers, body, text, id }, gone) =>
        answer({ method: 'POST', url: PATH, headers, body, text, id }, gone).then(varying),
    })
  }
  app.route({
    method: ['GET', 'POST'],
    url: PATH,
    onRequest: refuseMalformedAddress,
    async handler(request, reply) {
      const refused = refuseRequest(request, reply, refusals)
      if (refused) return refused
      const { method, url, headers, body, id } = request
      const text = bodyText(request)
      reply.header('vary', method === 'GET' ? VARY_OF_GET : VARY)
      return replyWith(reply, await answer({ method, url, headers, body, text, id }, clientOf(reply.raw)))
    },
  })
}

/** The first is what @fastify/cors says of each response. */
const VARY = 'Origin, Accept-Encoding'

function varying(answer: HttpAnswer): HttpAnswer {
  return { ...answer, headers: ['vary', VARY, ...answer.headers] }
}
