import { COLON, CR, LF, named, SPACE, TAB, TOKEN, VALUE } from './characters.ts'

/** The relevant parts of the status line and the header fields. */
export type Head = {
  status: number
  /** How the end of the body is found (RFC 9112, section 6.3). `close`: it ends when the connection closes. */
  framing: 'none' | 'length' | 'chunked' | 'close'
  /** The bytes of the body if framing is `length`, otherwise 0. */
  length: number
  contentType: string
  /** The `content-encoding`. Empty if the body is not compressed. */
  encoding: string
  keepAlive: boolean
  /** The server's keep-alive timeout in milliseconds. Null if the server sent none. */
  idleMs: number | null
}

/** The reason why a head is refused. */
export type Malformed = string

/**
 * Finds the empty line that ends a head, from `from` on.
 *
 * @returns the index after the empty line. 0 if it has not arrived yet. -1 if a line does not end with CR LF.
 */
export function endOfHead(bytes: Uint8Array, start: number, from: number, end: number): number {
  for (let i = from; i < end; i++) {
    if (bytes[i] !== LF) continue
    if (i === start || bytes[i - 1] !== CR) return -1
    if (i >= start + 3 && bytes[i - 2] === LF) return i + 1
  }
  return 0
}

/** Reads a complete head: `[start, end)` ends with the empty line. Ambiguous heads are refused. */
export function readHead(bytes: Buffer, start: number, end: number): Head | Malformed {
  const minor = (bytes[start + 7] ?? 0) - 0x30
  const status = readStatus(bytes, start)
  if (!startsAsHttp(bytes, start, end) || (minor !== 0 && minor !== 1) || status < 0) return 'its status line'
  const head: Head = {
    status,
    framing: 'close',
    length: 0,
    contentType: '',
    encoding: '',
    keepAlive: minor === 1,
    idleMs: null,
  }
  let at = endOfValue(bytes, start + 12)
  if (bytes[at] !== CR || bytes[at + 1] !== LF) return 'its status line'
  let length = -1
  let chunked = false
  for (at += 2; at < end - 2; at += 2) {
    const name = at
    while (TOKEN[bytes[at] ?? 0]) at++
    if (at === name || bytes[at] !== COLON) return 'the name of a field'
    const size = at - name
    do at++
    while (bytes[at] === SPACE || bytes[at] === TAB)
    const from = at
    at = endOfValue(bytes, at)
    if (bytes[at] !== CR || bytes[at + 1] !== LF) return 'the value of a field'
    let to = at
    while (to > from && (bytes[to - 1] === SPACE || bytes[to - 1] === TAB)) to--

    if (size === 14 && named(bytes, name, 'content-length')) {
      if (length !== -1) return 'content-length twice'
      length = readLength(bytes, from, to)
      if (length < 0) return 'content-length'
    } else if (size === 12 && named(bytes, name, 'content-type')) {
      const type = bytes.toString('latin1', from, to)
      head.contentType = head.contentType === '' ? type : `${head.contentType}, ${type}`
    } else if (size === 17 && named(bytes, name, 'transfer-encoding')) {
      if (chunked || minor === 0 || to - from !== 7 || !named(bytes, from, 'chunked'))
        return 'transfer-encoding'
      chunked = true
    } else if (size === 16 && named(bytes, name, 'content-encoding')) {
      if (to > from && !(to - from === 8 && named(bytes, from, 'identity'))) {
        const encoding = bytes.toString('latin1', from, to)
        head.encoding = head.encoding === '' ? encoding : `${head.encoding}, ${encoding}`
      }
    } else if (size === 10 && named(bytes, name, 'connection')) {
      if (/(?:^|[\s,])close(?:$|[\s,])/i.test(bytes.toString('latin1', from, to))) head.keepAlive = false
    } else if (size === 10 && named(bytes, name, 'keep-alive')) {
      const seconds = /(?:^|[\s,])timeout=(\d{1,6})(?:$|[\s,])/i.exec(bytes.toString('latin1', from, to))?.[1]
      if (seconds !== undefined) head.idleMs = Number(seconds) * 1_000
    }
  }
  return frame(head, length, chunked)
}

/** Decides the framing. Two lengths at once are refused, because they allow response smuggling (RFC 9112, section 11.2). */
function frame(head: Head, length: number, chunked: boolean): Head | Malformed {
  if (chunked && length !== -1) return 'content-length together with transfer-encoding'
  const { status } = head
  if (status === 101) return 'another protocol'
  if (status < 200 || status === 204) {
    if (chunked || length > 0) return `a body with status ${status}`
    head.framing = 'none'
  } else if (status === 304) head.framing = 'none'
  else if (chunked) head.framing = 'chunked'
  else if (length !== -1) {
    head.framing = length === 0 ? 'none' : 'length'
    head.length = length
  }
  if (head.framing === 'close') head.keepAlive = false
  return head
}

const HTTP = 'HTTP/1.'

/** Whether these bytes can be the beginning of a response. There may be too few to be sure. */
export function startsAsHttp(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = 0; i < HTTP.length && start + i < end; i++) {
    if (bytes[start + i] !== HTTP.charCodeAt(i)) return false
  }
  return true
}

/** Reads ` 200` and a space or the end of the line. -1 if it is malformed. */
function readStatus(bytes: Uint8Array, start: number): number {
  const after = bytes[start + 12]
  if (bytes[start + 8] !== SPACE || (after !== SPACE && after !== CR)) return -1
  const status = readLength(bytes, start + 9, start + 12)
  return status >= 100 && status <= 599 ? status : -1
}

/** Reads a number. -1 if it is malformed, or has too many digits to be exact. */
function readLength(bytes: Uint8Array, from: number, to: number): number {
  if (to === from || to - from > 15) return -1
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = (bytes[i] ?? 0) - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

/** The index of the first byte from `at` on that a value cannot contain. */
function endOfValue(bytes: Uint8Array, at: number): number {
  let end = at
  while (VALUE[bytes[end] ?? 0]) end++
  return end
}
