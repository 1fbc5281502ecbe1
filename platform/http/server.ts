import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
} from 'fastify'
import type { Log } from '../log.ts'
import { listenFault, type AddressSettings } from '../ports.ts'
import { REQUEST_ID_HEADER, requestIdOf } from './request-id.ts'
import { refuseBrokenRequest, type RequestTimeouts } from './broken-request.ts'
import { requestBodies } from './request-body.ts'
import { badRequest, RequestRefusal } from './request-refusal.ts'

export type RunningServer = AsyncDisposable & { url: string }

/** Largest request body of a client, in bytes. */
export const BODY_LIMIT = 1_048_576

/** Of a body at its limit, 30 s are 35 kB a second. */
const REQUEST_TIMEOUTS: RequestTimeouts = { headersMs: 15_000, requestMs: 30_000 }

/** Time between two looks for requests that take too long, in milliseconds: node's own are 30 s apart. */
const CHECK_MS = 1_000

const NO_HOST = 'The Host header is missing. Send the name or address this API was reached by.'

export type HttpServerOptions = {
  /** Largest request body, in bytes. @default 1 MB */
  bodyLimit?: number
  timeouts?: RequestTimeouts
}

/** A request that does not end in time is answered with 408; what is not HTTP is refused in GraphQL's error format. */
export function createHttpServer(log: Log, options: HttpServerOptions = {}): FastifyInstance {
  const { bodyLimit = BODY_LIMIT, timeouts = REQUEST_TIMEOUTS } = options
  const logger: FastifyBaseLogger = log
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // What is logged of a request names it by itself; a logger for each request would cost more than the route.
    childLoggerFactory: (shared) => shared,
    genReqId: ({ headers }) => requestIdOf(headers),
    bodyLimit,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true },
    requestTimeout: timeouts.requestMs,
    http: {
      headersTimeout: timeouts.headersMs,
      connectionsCheckingInterval: CHECK_MS,
      // Refused below instead, so that the client gets to know why.
      requireHostHeader: false,
    },
    // No hook runs before this one.
    frameworkErrors: ({ statusCode = 400, message }, { id }, reply) =>
      void (reply as FastifyReply).header(REQUEST_ID_HEADER, id).code(statusCode).send(badRequest(message)),
    clientErrorHandler: refuseBrokenRequest(timeouts),
  })
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID_HEADER, request.id)
    const named = request.headers.host !== undefined || request.raw.httpVersion === '1.0'
    done(named ? undefined : new RequestRefusal(400, NO_HOST))
  })
  app.server.on('checkExpectation', (request, response) => {
    const body = JSON.stringify(
      badRequest(
        `The expectation ${JSON.stringify(request.headers.expect)} is not supported. Only 100-continue is.`,
      ),
    )
    response
      .writeHead(417, {
        'content-type': 'application/json; charset=utf-8',
        connection: 'close',
        [REQUEST_ID_HEADER]: requestIdOf(request.headers),
      })
      .end(body)
  })
  requestBodies(app, bodyLimit)
  return app
}

/** Listens; an address that cannot be listened on becomes one clear line. Closing waits for the requests in flight. */
export async function listen(
  app: FastifyInstance,
  host: string,
  port: number,
  settings?: AddressSettings,
): Promise<RunningServer> {
  try {
    const url = await app.listen({ host, port })
    return { url, [Symbol.asyncDispose]: () => app.close() }
  } catch (error) {
    // Others are of plugins: bugs.
    if (error instanceof Error && 'syscall' in error) throw listenFault(host, port, error, settings)
    throw error
  }
}
