import type { FastifyInstance } from 'fastify'
import { BODY_LIMIT } from '../../platform/http/server.ts'
import { refuseMalformedAddress } from './address.ts'
import { clientOf } from './client-gone.ts'
import type { AnswerRequest } from './http-answer.ts'
import { installDoor, type ParseBody } from './door.ts'
import type { LeanPath } from './lean/lean-path.ts'

export type GraphQLHandlers = {
  /** Null: every request goes the full way. */
  lean: LeanPath | null
  full: AnswerRequest
}

/**
 * `/graphql`, by the lean path where a request is fit for it, else in full. A request comes in by the door, or by this
 * route, which knows CORS and how to refuse.
 */
export function graphqlRoute(app: FastifyInstance, { lean, full }: GraphQLHandlers): void {
  const answer: AnswerRequest = lean
    ? (request, gone) => lean(request, gone).then((answered) => answered ?? full(request, gone))
    : full
  const doorBody = installDoor(app.server, { answer, parse: jsonParser(app), bodyLimit: BODY_LIMIT })
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    onRequest: refuseMalformedAddress,
    preParsing: async (request, _reply, payload) => doorBody(request.raw) ?? payload,
    async handler({ method, url, headers: asked, body, id }, reply) {
      const gone = clientOf(reply.raw)
      const { status, headers, text } = await answer({ method, url, headers: asked, body, id }, gone)
      for (let i = 0; i < headers.length; i += 2) reply.header(String(headers[i]), headers[i + 1])
      return reply.code(status).send(text)
    },
  })
}

/** The parser that the route itself uses, which also refuses keys that reach for prototypes. */
function jsonParser(app: FastifyInstance): ParseBody {
  const parse = app.getDefaultJsonParser('error', 'error')
  return (text) => {
    let parsed: unknown
    // Never asks for the request, and is done before it returns.
    void parse(undefined as never, text, (error, body: unknown) => {
      if (error) throw error
      parsed = body
    })
    return parsed
  }
}
