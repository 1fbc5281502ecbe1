import fastifyCors, { type FastifyCorsOptions } from '@fastify/cors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { CONSISTENCY_HEADER } from '../../contracts/consistency.ts'
import { REQUEST_ID_HEADER } from '../../platform/http/request-id.ts'
import type { Log } from '../../platform/log.ts'
import { sendError } from './errors.ts'
import type { AllowedOrigins } from './origins.ts'

const ALLOWED_HEADERS = ['content-type', 'authorization', CONSISTENCY_HEADER, 'traceparent']
/**
 * Headers that clients and browser tracing add to requests. If one of them were not allowed, the whole request would fail.
 * None of them gives a request more rights.
 */
const ALLOWED_WHEN_ASKED = new Set([
  'accept',
  'baggage',
  'graphql-client-name',
  'graphql-client-version',
  'graphql-require-preflight',
  'sentry-trace',
  'tracestate',
  REQUEST_ID_HEADER,
])
const ALLOWED_PREFIXES = ['apollo-', 'apollographql-client-', 'x-apollo-']
const PREFLIGHT_MAX_AGE_S = 600

/** Maximum number of origins whose refusal is logged. Without it, a client could fill the log. */
const MAX_LOGGED = 100

export type CorsOptions = {
  origins: AllowedOrigins
  /** Request headers that are passed on to subgraphs. Pages may send them. */
  headers: readonly string[]
  /** The setting that lists origins, for messages. */
  setting: string
  /** Let pages of public sites reach a gateway on a private network or on the same machine. */
  privateNetwork: boolean
  log: Log
}

/** Responds to preflights, and sets the headers that let pages read responses. */
export async function corsRoutes(app: FastifyInstance, options: CorsOptions): Promise<void> {
  const { origins, setting, log } = options
  const passedOn = new Set(options.headers.map((name) => name.toLowerCase()))
  const logged = new Set<string>()

  function logRefusal(origin: string): void {
    if (logged.size >= MAX_LOGGED || logged.has(origin)) return
    logged.add(origin)
    log.warn(
      { origin: origin.slice(0, 300) },
      `a request from a page was rejected: its origin is not in ${setting}`,
    )
  }

  // Before @fastify/cors, which ends a preflight in its own hook (https://wicg.github.io/private-network-access/).
  app.addHook('onRequest', async (request, reply) => {
    const asked = request.headers['access-control-request-private-network'] === 'true'
    if (options.privateNetwork && asked && origins.allows(request.headers.origin)) {
      reply.header('access-control-allow-private-network', 'true')
    }
  })

  await app.register(fastifyCors, () => (request: FastifyRequest, callback: Callback) => {
    const { origin } = request.headers
    callback(null, {
      origin: origins.allows(origin),
      credentials: origins.trusts(origin),
      methods: ['GET', 'POST'],
      allowedHeaders: allowedHeaders(request.headers['access-control-request-headers'], passedOn),
      exposedHeaders: [CONSISTENCY_HEADER, REQUEST_ID_HEADER],
      maxAge: PREFLIGHT_MAX_AGE_S,
      strictPreflight: false,
    })
  })

  // After @fastify/cors, which has responded to preflights of allowed pages. A page cannot read a refusal, so developers
  // find it in the network panel and in the log.
  app.addHook('onRequest', async (request, reply) => {
    const { origin, 'access-control-request-method': asked } = request.headers
    if (request.method !== 'OPTIONS' || origin === undefined || asked === undefined) return
    logRefusal(origin)
    await sendError(reply, 403, 'BAD_REQUEST', originRefusal(origin, setting))
  })
}

/** Explains to a developer how to allow a page that may not use the API. */
export function originRefusal(origin: string, setting: string): string {
  const shown = JSON.stringify(origin.slice(0, 300))
  return origin === 'null'
    ? `The page has the origin "null", as local files and sandboxed frames do. This origin cannot be allowed. Serve the page over http, and list its origin in ${setting}.`
    : `Pages of the origin ${shown} may not use this API. Add the origin to ${setting} of the gateway.`
}

type Callback = (error: Error | null, options?: FastifyCorsOptions) => void

/** The header names to allow. CORS has no patterns for names, so requested names that match are repeated. */
function allowedHeaders(asked: string | undefined, passedOn: ReadonlySet<string>): string[] {
  const names = (asked ?? '').split(',').map((name) => name.trim().toLowerCase())
  const fitting = names.filter(
    (name) =>
      ALLOWED_WHEN_ASKED.has(name) ||
      passedOn.has(name) ||
      ALLOWED_PREFIXES.some((prefix) => name.startsWith(prefix)),
  )
  return [...new Set([...ALLOWED_HEADERS, ...fitting])]
}
