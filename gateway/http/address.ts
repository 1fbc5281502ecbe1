import type { FastifyReply, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { sendError } from './errors.ts'

/** Values of `Host` that are remembered: those of clients that mean well are few. */
const judged = new LRUCache<string, boolean>({ max: 100 })

/** Whether a `Host` header names a host. */
export function namesHost(host: string | undefined): boolean {
  if (host === undefined || host.length > 300) return false
  const known = judged.get(host)
  if (known !== undefined) return known
  const names = URL.canParse(`http://${host}/`)
  judged.set(host, names)
  return names
}

/**
 * A hook that refuses requests whose address does not parse: what reads the path would throw, and whoever names no host
 * is not one of ours.
 */
export async function refuseMalformedAddress(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { protocol, hostname, url, headers } = request
  if (url === '/graphql' && namesHost(headers.host)) return
  if (URL.canParse(url, `${protocol}://${hostname}/`)) return
  const host = headers.host === undefined ? 'is missing' : `${JSON.stringify(headers.host)} names no host`
  const message = `The Host header ${host}. Send the name or address this API was reached by.`
  await sendError(reply, 400, 'BAD_REQUEST', message)
}
