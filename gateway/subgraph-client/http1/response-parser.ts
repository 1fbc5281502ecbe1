import { decodeText } from '../decode-response.ts'
import { malformed, tooLarge, type SubgraphFault } from '../fault.ts'
import { BodyBuffer } from './body-buffer.ts'
import { ChunkedBody } from './chunked-body.ts'
import { endOfHead, readHead, startsAsHttp, type Head } from './head.ts'

/** The largest head of a response, in bytes. */
export const HEAD_LIMIT = 16_384

/** The maximum number of interim responses (1xx) before the final one. */
const INTERIM_LIMIT = 16

/** Receives the responses of a connection. */
export type ResponseReader = {
  /** Whether a sent request still waits for its response. */
  expectsResponse(): boolean
  onResponse(head: Head, text: string): void
  /** A compressed response. The reader owns the bytes. */
  onEncodedResponse(head: Head, bytes: Buffer): void
  /** Called if the response is malformed or too large. The parser then stops. */
  onFault(fault: SubgraphFault): void
}

/** Parses the responses of one connection. Their bytes can be split anywhere. */
export class ResponseParser {
  readonly #reader: ResponseReader
  readonly #maxResponseBytes: number
  readonly #sink = new BodyBuffer()
  readonly #chunks = new ChunkedBody()
  /** The beginning of an incomplete head. */
  #held: Buffer | null = null
  #holds = 0
  #head: Head | null = null
  #left = 0
  #interims = 0
  #stopped = false

  /** @param maxResponseBytes the largest body in bytes */
  constructor(reader: ResponseReader, maxResponseBytes: number) {
    this.#reader = reader
    this.#maxResponseBytes = maxResponseBytes
  }

  /** Whether a response has begun and not ended. */
  get midResponse(): boolean {
    return this.#head !== null || this.#holds > 0 || this.#interims > 0
  }

  stop(): void {
    this.#stopped = true
  }

  /** Reads `[0, size)` of a buffer that the connection reuses. */
  read(bytes: Buffer, size: number): void {
    let at = 0
    while (at < size && !this.#stopped) {
      at = this.#head ? this.#readBody(this.#head, bytes, at, size) : this.#readHead(bytes, at, size)
    }
  }

  /** Called when the server closes the connection. @returns whether this is the end of a body */
  end(): boolean {
    if (this.#stopped || this.#head?.framing !== 'close') return false
    this.#endBody(this.#head)
    return true
  }

  #readHead(bytes: Buffer, at: number, end: number): number {
    if (!this.midResponse && !this.#reader.expectsResponse()) return this.#refuse('bytes without a request')
    if (this.#held && this.#holds > 0) return this.#readHeldHead(this.#held, bytes, at, end)
    if (!startsAsHttp(bytes, at, end)) return this.#refuse('it is not HTTP/1.1')
    const close = endOfHead(bytes, at, at, end)
    if (close < 0) return this.#refuse('an unterminated line')
    if (close > 0) return this.#begin(bytes, at, close) ? close : end
    return this.#hold(bytes, at, end)
  }

  #hold(bytes: Buffer, at: number, end: number): number {
    if (this.#holds + end - at > HEAD_LIMIT) return this.#tooLarge('headers', HEAD_LIMIT)
    this.#held ??= Buffer.allocUnsafe(HEAD_LIMIT)
    bytes.copy(this.#held, this.#holds, at, end)
    this.#holds += end - at
    return end
  }

  /** Appends bytes to an incomplete head. Bytes after the head are not consumed. */
  #readHeldHead(held: Buffer, bytes: Buffer, at: number, end: number): number {
    const before = this.#holds
    const room = Math.min(end, at + HEAD_LIMIT - before)
    if (room === at) return this.#tooLarge('headers', HEAD_LIMIT)
    this.#hold(bytes, at, room)
    if (!startsAsHttp(held, 0, this.#holds)) return this.#refuse('it is not HTTP/1.1')
    const close = endOfHead(held, 0, before, this.#holds)
    if (close < 0) return this.#refuse('an unterminated line')
    if (close === 0) return room
    this.#holds = 0
    return this.#begin(held, 0, close) ? at + close - before : end
  }

  /** @returns whether the parser continues */
  #begin(bytes: Buffer, at: number, close: number): boolean {
    if (close - at > HEAD_LIMIT) return this.#tooLarge('headers', HEAD_LIMIT) < 0
    const head = readHead(bytes, at, close)
    if (typeof head === 'string') return this.#refuse(head) < 0
    if (head.status < 200) {
      if (++this.#interims > INTERIM_LIMIT) return this.#refuse('too many interim responses') < 0
      return true
    }
    if (head.length > this.#maxResponseBytes) return this.#tooLarge('', this.#maxResponseBytes) < 0
    this.#head = head
    this.#left = head.length
    if (head.framing === 'none') this.#respond(head, '')
    else if (head.framing === 'chunked') this.#chunks.reset()
    return true
  }

  #readBody(head: Head, bytes: Buffer, at: number, end: number): number {
    if (head.framing === 'length') return this.#readLength(head, bytes, at, end)
    const sink = this.#sink
    if (head.framing === 'close') {
      sink.append(bytes, at, end)
      return sink.size > this.#maxResponseBytes ? this.#tooLarge('', this.#maxResponseBytes) : end
    }
    const next = this.#chunks.read(bytes, at, end, sink)
    if (next < 0) return this.#refuse('a chunk')
    if (sink.size > this.#maxResponseBytes) return this.#tooLarge('', this.#maxResponseBytes)
    if (this.#chunks.done) this.#endBody(head)
    return next
  }

  #readLength(head: Head, bytes: Buffer, at: number, end: number): number {
    const whole = head.encoding === '' && this.#left === head.length && end - at >= head.length
    const to = Math.min(end, at + this.#left)
    if (whole) {
      this.#respond(head, decodeText(bytes, at, to))
      return to
    }
    if (this.#left === head.length) this.#sink.reset(head.length)
    this.#sink.append(bytes, at, to)
    this.#left -= to - at
    if (this.#left === 0) this.#endBody(head)
    return to
  }

  /** Ends a response whose body is in the sink. */
  #endBody(head: Head): void {
    if (head.encoding === '') return this.#respond(head, this.#sink.takeText())
    this.#head = null
    this.#interims = 0
    this.#reader.onEncodedResponse(head, this.#sink.takeBytes())
  }

  #respond(head: Head, text: string): void {
    this.#head = null
    this.#interims = 0
    this.#reader.onResponse(head, text)
  }

  #refuse(what: string): number {
    return this.#fail(malformed(what))
  }

  #tooLarge(what: string, limit: number): number {
    return this.#fail(tooLarge(limit, what))
  }

  #fail(fault: SubgraphFault): number {
    this.#stopped = true
    this.#reader.onFault(fault)
    return -1
  }
}
