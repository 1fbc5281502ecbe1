import type { FastifyInstance } from 'fastify'
import type { ServerResponse } from 'node:http'
import { createCancellation, type Cancellation } from '../../platform/cancellation.ts'
import { replyWith, serveJsonPosts } from '../../platform/http/json-post-server/serve.ts'
import { bodyText } from '../../platform/http/request-body.ts'
import { BODY_LIMIT } from '../../platform/http/server.ts'
import { namesHost, refuseMalformedAddress } from './address.ts'
import { compressResponse } from './compress-response.ts'
import { createRequestRecord } from '../metrics/request-record.ts'
import { countRequests, observePosts, recordOf, type ObserverOptions } from './observe-requests.ts'
import type { HandleRequest, HttpResponse } from './http-response.ts'
import { refuseRequest, VARY_OF_GET, type RefusalOptions } from './refuse-request.ts'
import { servePersisted, type PersistedOptions } from './persisted-queries.ts'
import type { FastPath } from './fast-path/fast-path.ts'

export type GraphQLHandlers = {
  /** Null if `full` handles every request. */
  fastPath: FastPath | null
  full: HandleRequest
} & RefusalOptions

const PATH = '/graphql'

/**
 * Serves `/graphql`. The fast path handles plain requests, and `full` handles all others. Plain POSTs of programs are served on
 * the socket. Two kinds of requests use this route: requests of browsers, which have an `Origin` and need CORS, and requests
 * that are refused.
 *
 * @param socketServer if false, all requests use the route
 */
export function graphqlRoute(
  app: FastifyInstance,
  { fastPath, full, ...refusals }: GraphQLHandlers,
  socketServer: boolean,
  persisted: PersistedOptions,
  observer: ObserverOptions,
): void {
  const executeText: HandleRequest = fastPath
    ? (request, cancellation) =>
        fastPath(request, cancellation).then((answered) => answered ?? full(request, cancellation))
    : full
  const respondUncompressed = servePersisted(executeText, persisted)
  const respond = countRequests((request, cancellation) => {
    const accepted = request.headers['accept-encoding']
    const answered = respondUncompressed(request, cancellation)
    return accepted ? answered.then((given) => compressResponse(given, accepted)) : answered
  }, observer)
  if (socketServer) {
    const respondToPost = observePosts(respond, observer)
    serveJsonPosts(app, {
      path: PATH,
      bodyLimit: BODY_LIMIT,
      accepts: ({ origin, host }) => origin === undefined && namesHost(host),
      respond: ({ headers, body, text, id }, cancellation) =>
        respondToPost(
          { method: 'POST', url: PATH, headers, body, text, id, record: createRequestRecord() },
          cancellation,
        ).then(varying),
    })
  }
  app.route({
    method: ['GET', 'POST'],
    url: PATH,
    onRequest: refuseMalformedAddress,
    async handler(request, reply) {
      const refused = refuseRequest(request, reply, refusals)
      if (refused) return refused
      const { method, url, headers, body, id, raw } = request
      const text = bodyText(request)
      reply.header('vary', method === 'GET' ? VARY_OF_GET : VARY)
      const asked = { method, url, headers, body, text, id, record: recordOf(raw) }
      return replyWith(reply, await respond(asked, clientOf(reply.raw)))
    },
  })
}

/** @fastify/cors sets the first one on each response. */
const VARY = 'Origin, Accept-Encoding'

function varying(respond: HttpResponse): HttpResponse {
  return { ...respond, headers: ['vary', VARY, ...respond.headers] }
}

/** Cancelled when the client closes the connection before the response is sent. */
function clientOf(response: ServerResponse): Cancellation {
  const cancellation = createCancellation()
  if (response.destroyed) cancellation.cancel()
  response.once('close', () => {
    if (!response.writableFinished) cancellation.cancel()
  })
  return cancellation
}
