import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendError } from './errors.ts'

/**
 * A hook that refuses requests whose address does not parse: Apollo's integration makes a URL of the `Host` header and
 * the path, and would throw.
 */
export async function refuseMalformedAddress(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { protocol, hostname, url, headers } = request
  if (URL.canParse(url, `${protocol}://${hostname}/`)) return
  const host = headers.host === undefined ? 'is missing' : `${JSON.stringify(headers.host)} names no host`
  const message = `The Host header ${host}. Send the name or address this API was reached by.`
  await sendError(reply, 400, 'BAD_USER_INPUT', message)
}
