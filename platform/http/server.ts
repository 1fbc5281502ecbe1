import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { UserFacingError } from '../lifecycle.ts'
import type { Log } from '../log.ts'

export type RunningServer = AsyncDisposable & { url: string }

/** Largest request body of a client, in bytes. */
export const BODY_LIMIT = 1_048_576

/** @param bodyLimit largest request body, in bytes */
export function createHttpServer(log: Log, bodyLimit: number = BODY_LIMIT): FastifyInstance {
  const logger: FastifyBaseLogger = log
  return fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // What is logged of a request names it by itself; a logger for each request would cost more than the route.
    childLoggerFactory: (shared) => shared,
    bodyLimit,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true },
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
