import { isUtf8 } from 'node:buffer'
import { STATUS_CODES, type IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { createCancellation, type Cancellable, type Cancellation } from '../../cancellation.ts'
import { REQUEST_ID_HEADER, requestIdOf } from '../request-id.ts'
import { readPostHead, type PostHead } from './head.ts'

/** Largest head that is read here, in bytes. */
const MAX_HEAD = 16_384
/** Bytes that are taken from a client ahead of what is looked at. */
const MAX_AHEAD = 65_536
/** Requests of one connection that are answered at the same time. */
const MAX_AT_ONCE = 16

export type PostedJson = {
  headers: IncomingHttpHeaders
  body: unknown
  /** The body as JSON text, where it was read as such. */
  text?: string
  /** The id of the request (`request-id.ts`). */
  id: string
}
export type PostResponse = {
  status: number
  /** Names and values in turn; those about the message itself are added. */
  headers: readonly string[]
  text: string
  /** The text as it is sent, where that is not UTF-8: compressed, as `content-encoding` says. */
  bytes?: Buffer
}

export type JsonPost = {
  path: string
  /** Largest body, in bytes. */
  bodyLimit: number
  /** Whether it is to be answered here, as far as its headers tell. */
  accepts(headers: IncomingHttpHeaders): boolean
  /** Never rejects. */
  respond(posted: PostedJson, gone: Cancellation): Promise<PostResponse>
}

/** What the connections of a server share. */
export type ConnectionHost = JsonPost & {
  /** @throws when the body is not to be accepted */
  parse(text: string): unknown
  /** The server takes no more requests than those under way. */
  isClosing(): boolean
  /** How long a connection may be idle, in milliseconds. */
  keepAliveMs(): number
  /** How long a client may read nothing of an answer that waits for it, in milliseconds. */
  unreadMs(): number
  /** Gives the connection to node:http, with the bytes that were read of it. */
  handOver(socket: Socket, bytes: Buffer): void
  /** The client has ended in the middle of a request. */
  refuseCut(socket: Socket): void
  onClosed(connection: JsonPostConnection): void
}

/** A request whose turn to be answered has not come, or whose answer is not there. */
type Waiting = { id: string; response: PostResponse | null; gone: Cancellable }

/**
 * One connection. What is pipelined is worked on at the same time, and answered in order. At the first request that is not
 * plain and right it is handed over, for good, once those before it are answered.
 */
export class JsonPostConnection {
  readonly #socket: Socket
  readonly #host: ConnectionHost
  /** What was read and not looked at. */
  #parts: Buffer[] = []
  #size = 0
  /** Bytes there must be before it is worth looking. */
  #needed = 0
  readonly #waiting: Waiting[] = []
  /** The client does not read. */
  #stalled = false
  /** What was read and not looked at begins with a request that is not for here. */
  #odd = false
  /** Since when nothing has come, in milliseconds, as far as `grow` told. */
  #quietMs = 0
  /** The last head: most that follow are the same. */
  #text = ''
  #head: PostHead | null = null

  constructor(socket: Socket, host: ConnectionHost) {
    this.#socket = socket
    this.#host = host
    socket
      .on('data', this.#onData)
      .on('end', this.#onEnd)
      .on('drain', this.#onDrain)
      .on('close', this.#onClose)
      .on('error', this.#onError)
  }

  /** Lets go of a client that is silent for too long; node:http knows how long one may take over a request. */
  grow(ms: number): void {
    if (this.#waiting.length > 0) return
    this.#quietMs += ms
    if (this.#size > 0) {
      if (this.#quietMs > ms) this.#handOver(this.#take())
    } else if (this.#quietMs >= this.#host.keepAliveMs()) this.#socket.destroy()
  }

  /** Ends it, unless there is a request to be answered. */
  closeIdle(): void {
    if (this.#waiting.length === 0 && this.#size === 0) this.#socket.destroy()
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#size === 0) this.#quietMs = 0
    this.#parts.push(chunk)
    this.#size += chunk.length
    if (this.#mayLook) {
      if (this.#size >= this.#needed) this.#look()
    } else if (this.#size > MAX_AHEAD) this.#socket.pause()
  }

  get #mayLook(): boolean {
    return !this.#odd && !this.#stalled && this.#waiting.length < MAX_AT_ONCE
  }

  /** All that was read. */
  #take(): Buffer {
    const [first] = this.#parts
    const bytes = first && this.#parts.length === 1 ? first : Buffer.concat(this.#parts, this.#size)
    this.#parts = []
    this.#size = 0
    this.#needed = 0
    return bytes
  }

  #putBack(bytes: Buffer, needed: number): void {
    this.#parts = [bytes]
    this.#size = bytes.length
    this.#needed = needed
  }

  #look(): void {
    while (this.#mayLook && this.#size > 0) {
      const bytes = this.#take()
      const headEnd = bytes.indexOf('\r\n\r\n', 0, 'latin1')
      if (headEnd < 0 && bytes.length < MAX_HEAD) return this.#putBack(bytes, bytes.length + 1)
      const head = headEnd < 0 || headEnd > MAX_HEAD ? null : this.#read(bytes.toString('latin1', 0, headEnd))
      if (!head) return this.#leave(bytes)
      const start = headEnd + 4
      const end = start + head.length
      if (bytes.length < end) return this.#putBack(bytes, end)
      const text = bytes.toString('utf8', start, end)
      let body: unknown
      try {
        // A replacement character that the client did not write stands for bytes that are no UTF-8.
        if (text.includes('\ufffd') && !isUtf8(bytes.subarray(start, end))) return this.#leave(bytes)
        body = this.#host.parse(text)
      } catch {
        return this.#leave(bytes)
      }
      if (bytes.length > end) this.#putBack(bytes.subarray(end), 0)
      this.#respond(head, body, text)
    }
  }

  #leave(bytes: Buffer): void {
    if (this.#waiting.length === 0) return this.#handOver(bytes)
    this.#odd = true
    this.#putBack(bytes, 0)
  }

  #read(text: string): PostHead | null {
    if (text === this.#text) return this.#head
    const { path, bodyLimit } = this.#host
    const head = readPostHead(text, path)
    const fits = head && head.length <= bodyLimit && this.#host.accepts(head.headers)
    this.#text = text
    this.#head = fits ? head : null
    return this.#head
  }

  #respond({ headers }: PostHead, body: unknown, text: string): void {
    const id = requestIdOf(headers)
    const one: Waiting = { id, response: null, gone: createCancellation() }
    this.#waiting.push(one)
    const posted = { headers, body, text, id }
    this.#host
      .respond(posted, one.gone)
      .then((response) => {
        one.response = response
        this.#sendReady()
      })
      // Nothing that is known leads here; without an answer the client would wait for ever.
      .catch(() => this.#socket.destroy())
  }

  #sendReady(): void {
    for (let [first] = this.#waiting; first?.response && !this.#stalled; [first] = this.#waiting) {
      this.#waiting.shift()
      this.#send(first.response, first.id)
    }
    if (!this.#socket.writable || this.#stalled) return
    this.#quietMs = 0
    if (this.#odd && this.#waiting.length === 0) return this.#handOver(this.#take())
    if (this.#size >= this.#needed) this.#look()
    if (this.#mayLook && this.#socket.isPaused()) this.#socket.resume()
  }

  #send({ status, headers, text, bytes }: PostResponse, id: string): void {
    const socket = this.#socket
    if (!socket.writable) return
    const keep = !this.#host.isClosing() || this.#waiting.length > 0
    const length = bytes ? bytes.length : Buffer.byteLength(text)
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n${fieldsOf(headers)}`
    head += `${REQUEST_ID_HEADER}: ${id}\r\ncontent-length: ${length}\r\nDate: ${httpDate()}\r\n`
    head += keep
      ? `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(this.#host.keepAliveMs() / 1_000)}\r\n\r\n`
      : 'Connection: close\r\n\r\n'
    // Text of ASCII alone is the same in both encodings, and cheaper to write in this one.
    const drained = bytes
      ? socket.write(Buffer.concat([Buffer.from(head, 'latin1'), bytes]))
      : socket.write(head + text, length === text.length ? 'latin1' : 'utf8')
    if (!keep) return void socket.end()
    if (drained) return
    this.#stalled = true
    socket.pause()
    socket.setTimeout(this.#host.unreadMs(), this.#onUnread)
  }

  /** Its answers wait in memory, so it cannot be waited for without end. */
  readonly #onUnread = (): void => {
    this.#socket.destroy()
  }

  /** The client has read its answer. */
  readonly #onDrain = (): void => {
    if (!this.#stalled) return
    this.#stalled = false
    this.#socket.setTimeout(0, this.#onUnread)
    this.#sendReady()
  }

  /** As node:http does: whoever sends no more does not wait either. */
  readonly #onEnd = (): void => {
    if (this.#size > 0 && this.#waiting.length === 0) this.#host.refuseCut(this.#socket)
    else this.#socket.end()
  }

  readonly #onError = (): void => {
    this.#socket.destroy()
  }

  readonly #onClose = (): void => {
    for (const { gone } of this.#waiting) gone.cancel()
    this.#host.onClosed(this)
  }

  #handOver(bytes: Buffer): void {
    this.#socket
      .off('data', this.#onData)
      .off('end', this.#onEnd)
      .off('drain', this.#onDrain)
      .off('close', this.#onClose)
      .off('error', this.#onError)
    if (this.#stalled) this.#socket.setTimeout(0, this.#onUnread)
    this.#host.onClosed(this)
    this.#host.handOver(this.#socket, bytes)
  }
}

/** What would end a field, and begin another. */
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

/** The time as HTTP writes it, made once a second. */
function httpDate(): string {
  const now = Math.floor(Date.now() / 1_000)
  if (now !== second) {
    second = now
    date = new Date(now * 1_000).toUTCString()
  }
  return date
}
