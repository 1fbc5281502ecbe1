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

/** The headers on which the response to a GET depends. */
export const VARY_OF_GET = 'Origin, Accept-Encoding, Accept, Sec-Fetch-Site, Sec-Fetch-Mode'

/**
 * Refuses requests that are not executed, independent of their operation.
 *
 * @returns the reply that was sent. Null if the request can be executed.
 */
export function refuseRequest(
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
  { origins, setting, pages }: RefusalOptions,
): FastifyReply | null {
  if (method === 'POST') {
    // The router accepts a POST without body and content type.
    const typed = headers['content-type'] !== undefined
    return typed ? null : sendError(reply, 415, 'BAD_REQUEST', mediaTypeRefusal(undefined))
  }
  // A cache must not store it: it depends on the viewer and on the viewer's writes.
  reply.header('vary', VARY_OF_GET).header('cache-control', 'no-store')
  if (method !== 'GET') {
    const message = `/graphql does not accept ${method} requests. Use GET or POST.`
    return sendError(reply.header('allow', 'GET, POST'), 405, 'BAD_REQUEST', message)
  }
  if (prefersPage(headers.accept)) return serveBrowser(reply, pages)
  const refusal = forgeryRefusal(headers, origins, setting)
  if (refusal === null) return null
  return sendError(reply, 400, 'BAD_REQUEST', refusal)
}

/** A browser has opened the URL of the API. */
function serveBrowser(reply: FastifyReply, pages: boolean): FastifyReply {
  return pages
    ? reply.redirect('/graphiql', 303)
    : sendError(reply, 400, 'BAD_REQUEST', `This is the URL of a GraphQL API, not of a web page. ${FORM}`)
}
