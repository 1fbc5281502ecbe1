import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { UserFacingError } from '../lifecycle.ts'
import type { Log } from '../log.ts'
import { refuseBrokenRequest } from './broken-request.ts'

export type RunningServer = AsyncDisposable & { url: string }

/** Largest request body of a client, in bytes. */
export const BODY_LIMIT = 1_048_576

/** How long a client may take over the head of a request, and over the whole of it, in milliseconds. */
export type RequestTimeouts = { headersMs: number; requestMs: number }

/** Of a body at its limit, 30 s are 35 kB a second. */
const REQUEST_TIMEOUTS: RequestTimeouts = { headersMs: 15_000, requestMs: 30_000 }

/** Time between two looks for requests that take too long, in milliseconds: node's own are 30 s apart. */
const CHECK_MS = 1_000

export type HttpServerOptions = {
  /** Largest request body, in bytes. @default 1 MB */
  bodyLimit?: number
  timeouts?: RequestTimeouts
}

/** A request that does not end in time is answered with 408; what is not HTTP is refused in GraphQL's error format. */
export function createHttpServer(log: Log, options: HttpServerOptions = {}): FastifyInstance {
  const { bodyLimit = BODY_LIMIT, timeouts = REQUEST_TIMEOUTS } = options
  const logger: FastifyBaseLogger = log
  return fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // What is logged of a request names it by itself; a logger for each request would cost more than the route.
    childLoggerFactory: (shared) => shared,
    bodyLimit,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true },
    requestTimeout: timeouts.requestMs,
    http: { headersTimeout: timeouts.headersMs, connectionsCheckingInterval: CHECK_MS },
    clientErrorHandler: refuseBrokenRequest(timeouts),
  })
}

/** Listens; a port in use becomes one clear line. Closing waits for the requests in flight. */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<RunningServer> {
  try {
    const url = await app.listen({ host, port })
    return { url, [Symbol.asyncDispose]: () => app.close() }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new UserFacingError(
        `Port ${port} on ${host} is in use. Stop the program that has it, or choose another: PORT=${port + 10}.`,
      )
    }
    throw error
  }
}
