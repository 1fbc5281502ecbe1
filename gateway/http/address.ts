import type { FastifyReply, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { sendError } from './errors.ts'

/** The results for `Host` headers. Normal clients send few different ones. */
const validHosts = new LRUCache<string, boolean>({ max: 100 })

/** Whether a `Host` header is valid. */
export function namesHost(host: string | undefined): boolean {
  if (host === undefined || host.length > 300) return false
  const known = validHosts.get(host)
  if (known !== undefined) return known
  const names = URL.canParse(`http://${host}/`)
  validHosts.set(host, names)
  return names
}

/**
 * A hook that refuses requests with an invalid URL or `Host` header. Later code that parses the URL would throw.
 */
export async function refuseMalformedAddress(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { protocol, hostname, url, headers } = request
  if (url === '/graphql' && namesHost(headers.host)) return
  if (URL.canParse(url, `${protocol}://${hostname}/`)) return
  const host = headers.host === undefined ? 'is missing' : `${JSON.stringify(headers.host)} names no host`
  const message = `The Host header ${host}. Send the host name or address of this API.`
  await sendError(reply, 400, 'BAD_REQUEST', message)
}
