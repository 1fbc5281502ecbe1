import type { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { INTERNAL_HEADER, type Verified } from '../internal-auth.ts'
import { JSON_UTF8 } from './json-type.ts'

export type InternalRequest = {
  query: URLSearchParams
  /** The raw body. Empty for GET. */
  body: string
  /** Aborted when the client disconnects, and when this server closes. */
  gone: AbortSignal
}

/** `type` is the content type. @default application/json */
export type InternalResponse = { status: number; type?: string; body: string | Readable }

/** A route that accepts only signed requests of our own services. */
export type InternalRoute = {
  method: 'GET' | 'POST'
  /** The path, for example `/log`. */
  url: string
  respond(request: InternalRequest): Promise<InternalResponse>
}

type Verify = (header: string | undefined) => Verified

/**
 * Mounts the routes. An unsigned request gets 401. If a route throws, the response is 503, because the database is the
 * usual cause. The error is logged once until the route works again.
 */
export function internalRoutes(app: FastifyInstance, routes: readonly InternalRoute[], verify: Verify): void {
  const closing = new AbortController()
  app.addHook('preClose', (done) => {
    closing.abort()
    done()
  })
  void app.register((scope, _options, done) => {
    // Routes parse their bodies themselves, so they get the text.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, parsed) => parsed(null, body))
    for (const route of routes) mount(scope, route, verify, closing.signal)
    done()
  })
}

function mount(app: FastifyInstance, route: InternalRoute, verify: Verify, closing: AbortSignal): void {
  let failing = false
  app.route({
    method: route.method,
    url: route.url,
    async handler(request, reply) {
      const header = request.headers[INTERNAL_HEADER]
      const verified = verify(Array.isArray(header) ? header[0] : header)
      if (!verified.ok) {
        const message = `${route.url} is only for our own services: ${verified.reason}.`
        return reply.code(401).send({ message })
      }
      const left = new AbortController()
      reply.raw.on('close', () => left.abort())
      try {
        const { status, type, body } = await route.respond({
          query: new URL(request.url, 'http://service').searchParams,
          body: typeof request.body === 'string' ? request.body : '',
          gone: AbortSignal.any([left.signal, closing]),
        })
        failing = false
        // An open keep-alive connection would prevent the server from closing.
        if (closing.aborted) reply.header('connection', 'close')
        return await reply
          .code(status)
          .type(type ?? JSON_UTF8)
          .send(body)
      } catch (error) {
        if (!failing)
          request.log.warn({ err: error, requestId: request.id }, `${route.url} fails; this is logged once`)
        failing = true
        return reply.code(503).send({ message: `${route.url} is not available. Try again later.` })
      }
    },
  })
}
