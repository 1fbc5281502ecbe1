import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendError } from './errors.ts'
import { forgeryRefusal } from './forgery.ts'
import { FORM, mediaTypeRefusal, prefersPage } from './media-types.ts'
import type { AllowedOrigins } from './origins.ts'

export type RefusalOptions = {
  origins: AllowedOrigins
  /** The setting that lists origins, for messages. */
  setting: string
  /** Whether the explorers' pages are served. */
  pages: boolean
}

/** What the response to a GET depends on, beside the address. */
export const VARY_OF_GET = 'Origin, Accept-Encoding, Accept, Sec-Fetch-Site, Sec-Fetch-Mode'

/**
 * Refuses what is not to be executed, whatever its operation is.
 *
 * @returns the reply that was sent; null: the request may be executed
 */
export function refuseRequest(
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
  { origins, setting, pages }: RefusalOptions,
): FastifyReply | null {
  if (method === 'POST') {
    // The router reads a POST that has neither a body nor a type.
    const typed = headers['content-type'] !== undefined
    return typed ? null : sendError(reply, 415, 'BAD_REQUEST', mediaTypeRefusal(undefined))
  }
  // A cache between would keep it: it is another viewer's, or from before their own last write.
  reply.header('vary', VARY_OF_GET).header('cache-control', 'no-store')
  if (method !== 'GET') {
    const message = `/graphql does not take ${method} requests. Use GET or POST.`
    return sendError(reply.header('allow', 'GET, POST'), 405, 'BAD_REQUEST', message)
  }
  if (prefersPage(headers.accept)) return serveBrowser(reply, pages)
  const refusal = forgeryRefusal(headers, origins, setting)
  if (refusal === null) return null
  return sendError(reply, 400, 'BAD_REQUEST', refusal)
}

/** Somebody has opened the address of the API in a browser. */
function serveBrowser(reply: FastifyReply, pages: boolean): FastifyReply {
  return pages
    ? reply.redirect('/graphiql', 303)
    : sendError(reply, 400, 'BAD_REQUEST', `This is the address of a GraphQL API, not of a page. ${FORM}`)
}
