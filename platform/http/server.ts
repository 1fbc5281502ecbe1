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

/** Maximum request body of a client, in bytes. */
export const BODY_LIMIT = 1_048_576

/** A body of the maximum size arrives within 30 s at 35 kB/s. */
const REQUEST_TIMEOUTS: RequestTimeouts = { headersMs: 15_000, requestMs: 30_000 }

/** Interval of the check for late requests, in milliseconds. Node's default is 30 s. */
const CHECK_MS = 1_000

const NO_HOST = 'The Host header is missing. Send the host name or address of this API.'

export type HttpServerOptions = {
  /** Maximum request body, in bytes. @default 1 MB */
  bodyLimit?: number
  timeouts?: RequestTimeouts
}

/** A request that does not arrive in time gets status 408. Malformed HTTP gets an error in GraphQL's format. */
export function createHttpServer(log: Log, options: HttpServerOptions = {}): FastifyInstance {
  const { bodyLimit = BODY_LIMIT, timeouts = REQUEST_TIMEOUTS } = options
  const logger: FastifyBaseLogger = log
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // Log lines contain the request id already. A logger for each request would cost more than the route.
    childLoggerFactory: (shared) => shared,
    genReqId: ({ headers }) => requestIdOf(headers),
    bodyLimit,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true },
    requestTimeout: timeouts.requestMs,
    http: {
      headersTimeout: timeouts.headersMs,
      connectionsCheckingInterval: CHECK_MS,
      // Refused below instead, with a message for the client.
      requireHostHeader: false,
    },
    // Hooks do not run before this handler, so it sets the header itself.
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

/**
 * Starts to listen. Disposal waits for the requests in flight.
 *
 * @throws UserFacingError with one line if the server cannot listen on the address
 */
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
    // Other errors come from plugins. They are bugs.
    if (error instanceof Error && 'syscall' in error) throw listenFault(host, port, error, settings)
    throw error
  }
}
