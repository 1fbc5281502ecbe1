import type { FastifyInstance, RouteHandlerMethod } from 'fastify'
import { CONSISTENCY_HEADER } from '../../contracts/consistency.ts'
import { BODY_LIMIT } from '../../platform/http/server.ts'
import { refuseMalformedAddress } from './address.ts'
import { clientOf } from './client-gone.ts'
import { installDoor, type BodyOf, type ParseBody } from './lean/door.ts'
import type { LeanPath } from './lean/lean-path.ts'

export type GraphQLHandlers = {
  /** Null: every request goes the full way. */
  lean: LeanPath | null
  full: RouteHandlerMethod
}

/**
 * `/graphql`, by the lean path where a request is fit for it, else in full: a request comes in by the door, or by this
 * route, which knows CORS; the lean path is tried once.
 */
export function graphqlRoute(app: FastifyInstance, { lean, full }: GraphQLHandlers): void {
  const doorBody: BodyOf = lean
    ? installDoor(app.server, { lean, parse: jsonParser(app), bodyLimit: BODY_LIMIT })
    : () => null
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    onRequest: refuseMalformedAddress,
    preParsing: async (request, _reply, payload) => doorBody(request.raw) ?? payload,
    async handler(request, reply) {
      const answer = doorBody(request.raw) ? null : await lean?.(request, clientOf(reply.raw))
      if (!answer) return full.call(this, request, reply)
      const { status, contentType, text, token } = answer
      if (token !== null) reply.header(CONSISTENCY_HEADER, token)
      return reply.code(status).header('content-type', contentType).send(text)
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
