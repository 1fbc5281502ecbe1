import fastifyCors, { type FastifyCorsOptions } from '@fastify/cors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { CONSISTENCY_HEADER } from '../../contracts/consistency.ts'

/** Where Apollo Sandbox runs: the page of its own, and the frame that other pages embed. */
const SANDBOX_ORIGINS = ['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com']

const ALLOWED_HEADERS = ['content-type', 'authorization', CONSISTENCY_HEADER, 'traceparent']
const ALLOWED_PREFIXES = ['apollo-', 'x-apollo-']
const PREFLIGHT_MAX_AGE_S = 600

export type CorsOptions = {
  /** Origins allowed besides Apollo's; `*` allows any, but without credentials. */
  origins: readonly string[]
  /** Let pages of public sites reach a gateway on a private network or on the same machine. */
  privateNetwork: boolean
}

/** Answers preflights, and tells browsers which pages may read the answers. */
export async function corsRoutes(app: FastifyInstance, options: CorsOptions): Promise<void> {
  const listed = new Set([...SANDBOX_ORIGINS, ...options.origins])
  const any = listed.has('*')
  const isAllowed = (origin: string | undefined) => origin !== undefined && (any || listed.has(origin))

  // Before @fastify/cors, which ends a preflight in its own hook (https://wicg.github.io/private-network-access/).
  app.addHook('onRequest', async (request, reply) => {
    const asked = request.headers['access-control-request-private-network'] === 'true'
    if (options.privateNetwork && asked && isAllowed(request.headers.origin)) {
      reply.header('access-control-allow-private-network', 'true')
    }
  })

  await app.register(fastifyCors, () => (request: FastifyRequest, callback: Callback) => {
    const { origin } = request.headers
    callback(null, {
      origin: isAllowed(origin),
      credentials: origin !== undefined && listed.has(origin),
      methods: ['GET', 'POST'],
      allowedHeaders: allowedHeaders(request.headers['access-control-request-headers']),
      exposedHeaders: [CONSISTENCY_HEADER],
      maxAge: PREFLIGHT_MAX_AGE_S,
      strictPreflight: false,
    })
  })
}

type Callback = (error: Error | null, options?: FastifyCorsOptions) => void

/** Names cannot be allowed by pattern, so those that were asked for and fit are repeated. */
function allowedHeaders(asked: string | undefined): string[] {
  const names = (asked ?? '').split(',').map((name) => name.trim().toLowerCase())
  const fitting = names.filter((name) => ALLOWED_PREFIXES.some((prefix) => name.startsWith(prefix)))
  return [...ALLOWED_HEADERS, ...fitting]
}
