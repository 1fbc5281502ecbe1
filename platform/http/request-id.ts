import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { readTraceparent } from '../trace-context.ts'

/** The header that carries a request's id: from clients, to clients, and to subgraphs. */
export const REQUEST_ID_HEADER = 'x-request-id'

/** Clients choose the value, and it is copied into headers and logs. So it must be short, without spaces or quotes. */
const WELL_FORMED = /^[\w.:/+=-]{1,128}$/

/**
 * The id of a request: the client's own id if it is well-formed, otherwise the trace id, otherwise a new UUID. It serves to
 * find log lines. Nothing may rely on it being unique, because clients can send the same id twice.
 */
export function requestIdOf(headers: IncomingHttpHeaders, newId: () => string = randomUUID): string {
  const given = headers[REQUEST_ID_HEADER]
  if (typeof given === 'string' && WELL_FORMED.test(given)) return given
  return readTraceparent(headers['traceparent'])?.id ?? newId()
}
