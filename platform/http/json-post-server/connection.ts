import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { createCancellation, type Cancellable, type Cancellation } from '../../cancellation.ts'
import { requestIdOf } from '../request-id.ts'
import { readPostHead, type PostHead } from './head.ts'
import { writeResponse, type PostResponse } from './write-response.ts'

/** Maximum head that is parsed here, in bytes. */
const MAX_HEAD = 16_384
/** Maximum unparsed bytes of a client before reading is paused. */
const MAX_AHEAD = 65_536
/** Maximum concurrent requests of one connection. */
const MAX_AT_ONCE = 16

export type PostedJson = {
  headers: IncomingHttpHeaders
  body: unknown
  /** The body as JSON text, if the server kept it. */
  text?: string
  /** The id of the request (`request-id.ts`). */
  id: string
}

export type JsonPost = {
  path: string
  /** Maximum body, in bytes. */
  bodyLimit: number
  /** Whether a request with these headers is handled here, and not by node:http. */
  accepts(headers: IncomingHttpHeaders): boolean
  /** Never rejects. */
  respond(posted: PostedJson, gone: Cancellation): Promise<PostResponse>
}

/** Settings and callbacks that all connections of a server share. */
export type ConnectionHost = JsonPost & {
  /** @throws if the body is not acceptable */
  parse(text: string): unknown
  /** True if the server accepts no more requests. */
  isClosing(): boolean
  /** Maximum idle time of a connection, in milliseconds. */
  keepAliveMs(): number
  /** Maximum time without any reading while a response waits for the client, in milliseconds. */
  unreadMs(): number
  /** Hands the connection over to node:http, with the bytes that were read but not handled. */
  handOver(socket: Socket, bytes: Buffer): void
  /** Called if the client ends the connection in the middle of a request. */
  refuseCut(socket: Socket): void
  onClosed(connection: JsonPostConnection): void
}

/** A request whose response is not ready, or waits for the responses to earlier requests. */
type Waiting = { id: string; response: PostResponse | null; gone: Cancellable }

/**
 * One connection. Pipelined requests run concurrently, and their responses are sent in order. At the first request that is
 * not plain and valid, the connection is handed over to node:http for good, after the responses to the earlier requests.
 */
export class JsonPostConnection {
  readonly #socket: Socket
  readonly #host: ConnectionHost
  /** Bytes that were read but not parsed. */
  #parts: Buffer[] = []
  #size = 0
  /** Minimum number of unparsed bytes for the next attempt to parse. */
  #needed = 0
  readonly #waiting: Waiting[] = []
  /** True while the client does not read its responses. */
  #stalled = false
  /** True if the unparsed bytes begin with a request for node:http. */
  #odd = false
  /** Time without activity, in milliseconds, as added up by `grow`. */
  #quietMs = 0
  /** The last head. It is cached, because most of the following heads are the same. */
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

  /**
   * Adds to the time without activity. Closes the connection after the maximum idle time. A connection that stops within a
   * request is handed over to node:http, which enforces the time limits of requests.
   */
  grow(ms: number): void {
    if (this.#waiting.length > 0) return
    this.#quietMs += ms
    if (this.#size > 0) {
      if (this.#quietMs > ms) this.#handOver(this.#take())
    } else if (this.#quietMs >= this.#host.keepAliveMs()) this.#socket.destroy()
  }

  /** Closes the connection, unless a request is in progress. */
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

  /** Takes all unparsed bytes. */
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
        // Invalid UTF-8 decodes to U+FFFD, but the client may also have sent that character itself.
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
      // No known case leads here. Without a response, the client would wait forever.
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

  #send(response: PostResponse, id: string): void {
    const socket = this.#socket
    if (!socket.writable) return
    const keep = !this.#host.isClosing() || this.#waiting.length > 0
    const drained = writeResponse(socket, response, id, keep ? this.#host.keepAliveMs() : null)
    if (!keep) return void socket.end()
    if (drained) return
    this.#stalled = true
    socket.pause()
    socket.setTimeout(this.#host.unreadMs(), this.#onUnread)
  }

  /** Unread responses stay in memory, so the wait for the client is limited. */
  readonly #onUnread = (): void => {
    this.#socket.destroy()
  }

  /** Called after the client has read its responses. */
  readonly #onDrain = (): void => {
    if (!this.#stalled) return
    this.#stalled = false
    this.#socket.setTimeout(0, this.#onUnread)
    this.#sendReady()
  }

  /** Like node:http: a client that ends its side of the connection gets no further responses. */
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
