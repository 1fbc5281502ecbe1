import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { REQUEST_ID_HEADER } from '../request-id.ts'

export type PostResponse = {
  status: number
  /** Names and values, alternating. The server adds headers of the message itself, such as `content-length`. */
  headers: readonly string[]
  text: string
  /** The text in UTF-8, compressed if `headers` contain `content-encoding`. It is sent instead of `text`. */
  bytes?: Buffer
}

/** Up to this size, copying a body behind its head is cheaper than a write of two parts. Bytes. */
const COPIED = 4_096

/**
 * Writes a response to a socket.
 *
 * @param keepAliveMs how long the connection stays open without requests, in milliseconds. Null if it is closed.
 * @returns false if the socket buffers some of it, as `write` does
 */
export function writeResponse(
  socket: Socket,
  { status, headers, text, bytes }: PostResponse,
  id: string,
  keepAliveMs: number | null,
): boolean {
  const length = bytes ? bytes.length : Buffer.byteLength(text)
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n${fieldsOf(headers)}`
  head += `${REQUEST_ID_HEADER}: ${id}\r\ncontent-length: ${length}\r\nDate: ${httpDate()}\r\n`
  head +=
    keepAliveMs === null
      ? 'Connection: close\r\n\r\n'
      : `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAliveMs / 1_000)}\r\n\r\n`
  // ASCII text is the same in both encodings, and latin1 is cheaper to write.
  if (!bytes) return socket.write(head + text, length === text.length ? 'latin1' : 'utf8')
  if (length <= COPIED) return socket.write(Buffer.concat([Buffer.from(head, 'latin1'), bytes]))
  // Both parts go out in one write.
  socket.cork()
  socket.write(head, 'latin1')
  const drained = socket.write(bytes)
  socket.uncork()
  return drained
}

/** Characters that are not allowed in a field. A line break would begin another field. */
const FORBIDDEN = /[^\t\x20-\x7e]/

function fieldsOf(headers: readonly string[]): string {
  let text = ''
  for (let i = 0; i < headers.length; i += 2) {
    const field = `${headers[i]}: ${headers[i + 1]}`
    if (FORBIDDEN.test(field)) throw new Error(`a header that cannot be sent: ${JSON.stringify(field)}`)
    text += `${field}\r\n`
  }
  return text
}

let second = 0
let date = ''

/** The current time in HTTP's format, computed once per second. */
function httpDate(): string {
  const now = Math.floor(Date.now() / 1_000)
  if (now !== second) {
    second = now
    date = new Date(now * 1_000).toUTCString()
  }
  return date
}
