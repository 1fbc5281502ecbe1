import type { FastifyInstance } from 'fastify'
import { replyWith, servePlainPosts } from '../../platform/http/plain-posts/serve.ts'
import { BODY_LIMIT } from '../../platform/http/server.ts'
import { namesHost, refuseMalformedAddress } from './address.ts'
import { clientOf } from './client-gone.ts'
import type { AnswerRequest, HttpAnswer } from './http-answer.ts'
import { refuseRequest, type RefusalOptions } from './refuse-request.ts'
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
): void {
  const answer: AnswerRequest = lean
    ? (request, gone) => lean(request, gone).then((answered) => answered ?? full(request, gone))
    : full
  if (socketServer) {
    servePlainPosts(app, {
      path: PATH,
      bodyLimit: BODY_LIMIT,
      accepts: ({ origin, host }) => origin === undefined && namesHost(host),
      answer: ({ headers, body, id }, gone) =>
        answer({ method: 'POST', url: PATH, headers, body, id }, gone).then(varying),
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
      return replyWith(reply, await answer({ method, url, headers, body, id }, clientOf(reply.raw)))
    },
  })
}

/** As @fastify/cors says of each answer. */
function varying({ status, headers, text }: HttpAnswer): HttpAnswer {
  return { status, headers: ['vary', 'Origin', ...headers], text }
}
