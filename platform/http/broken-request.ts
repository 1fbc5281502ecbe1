import type { Socket } from 'node:net'
import { maxHeaderSize, STATUS_CODES } from 'node:http'
import { REQUEST_ID_HEADER, requestIdOf } from './request-id.ts'
import { badRequest } from './request-refusal.ts'

/** Time limits for the head of a request, and for the whole request. Milliseconds. */
export type RequestTimeouts = { headersMs: number; requestMs: number }

/** The error of node:http for a request that it cannot parse. `reason` is the parser's description. */
type BrokenRequest = Error & { code?: string; reason?: string }

/**
 * Time between the response and the destruction of the socket. Earlier, with unread bytes of the client, the response could
 * be lost (RFC 9112, section 9.6). Milliseconds.
 */
const LINGER_MS = 500

/** An HTTP status, and the message for the client. */
type Refusal = { status: number; message: string }

/**
 * Responds to a malformed or late request with an error in GraphQL's format, and closes the connection. It handles
 * node:http's `clientError`: such a request has no request object, so no route can handle it.
 */
export function refuseBrokenRequest(
  timeouts: RequestTimeouts,
): (error: BrokenRequest, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed || socket.writableEnded) return
    if (!socket.writable) return void socket.destroy(error)
    const { status, message } = refusalOf(error, timeouts)
    const body = JSON.stringify(badRequest(message))
    const id = `${REQUEST_ID_HEADER}: ${requestIdOf({})}`
    const fields = `content-type: application/json; charset=utf-8\r\n${id}\r\ncontent-length: ${Buffer.byteLength(body)}`
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${fields}\r\nConnection: close\r\n\r\n${body}`)
    setTimeout(() => socket.destroy(), LINGER_MS).unref()
  }
}

function refusalOf({ code, reason }: BrokenRequest, { headersMs, requestMs }: RequestTimeouts): Refusal {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return {
        status: 408,
        message: `The request took too long to arrive. Its headers must arrive within ${headersMs / 1_000} seconds, and the whole request within ${requestMs / 1_000}.`,
      }
    case 'HPE_HEADER_OVERFLOW':
      return {
        status: 431,
        message: `The request's headers are larger than the maximum of ${maxHeaderSize} bytes. Send fewer or shorter headers. Cookies are the usual cause.`,
      }
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { status: 413, message: 'The chunk extensions of the body are too large. Send none.' }
    case 'HPE_INVALID_EOF_STATE':
      return {
        status: 400,
        message:
          'The connection ended before the request was complete. Send as many bytes as content-length says.',
      }
    case undefined:
    default:
      return {
        status: 400,
        message: `The request is not HTTP/1.1${reason ? `: ${reason}` : ''}. Check what sends it, and any proxy in between.`,
      }
  }
}
