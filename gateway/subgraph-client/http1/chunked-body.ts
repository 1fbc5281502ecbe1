import type { BodyBuffer } from './body-buffer.ts'
import { COLON, CR, HEX, LF, SEMICOLON, TOKEN, VALUE } from './characters.ts'

/** Bytes outside of chunk data (sizes, extensions, trailers) may exceed the bytes of the body so far by this number. */
const OVERHEAD_LIMIT = 65_536

type State =
  | 'size'
  | 'extension'
  | 'size-end'
  | 'data'
  | 'data-cr'
  | 'data-lf'
  | 'line'
  | 'name'
  | 'value'
  | 'line-end'
  | 'last-lf'
  | 'done'

/**
 * Decodes the chunked transfer coding (RFC 9112, section 7.1). The input can be split anywhere. Extensions and trailers must
 * be well-formed, and are dropped.
 */
export class ChunkedBody {
  #state: State = 'size'
  #digits = 0
  #left = 0
  #overhead = 0

  get done(): boolean {
    return this.#state === 'done'
  }

  reset(): void {
    this.#state = 'size'
    this.#digits = this.#left = this.#overhead = 0
  }

  /** @returns the index after the last byte read. It is `end` unless the body is complete. -1 if the body is malformed. */
  read(bytes: Buffer, from: number, end: number, sink: BodyBuffer): number {
    let at = from
    while (at < end) {
      if (this.#state === 'data') {
        const to = Math.min(end, at + this.#left)
        sink.append(bytes, at, to)
        this.#left -= to - at
        at = to
        if (this.#left === 0) this.#state = 'data-cr'
        continue
      }
      const next = this.#step(bytes[at] ?? 0)
      if (next === null || ++this.#overhead > OVERHEAD_LIMIT + sink.size) return -1
      this.#state = next
      at++
      if (next === 'done') return at
    }
    return at
  }

  /** The state after one byte outside of chunk data. Null if the byte is invalid. */
  #step(byte: number): State | null {
    switch (this.#state) {
      case 'size':
        return this.#readSize(byte)
      case 'extension':
        if (byte === CR) return 'size-end'
        return VALUE[byte] ? 'extension' : null
      case 'size-end':
        this.#digits = 0
        return byte === LF ? (this.#left > 0 ? 'data' : 'line') : null
      case 'data-cr':
        return byte === CR ? 'data-lf' : null
      case 'data-lf':
        return byte === LF ? 'size' : null
      case 'line':
        if (byte === CR) return 'last-lf'
        return TOKEN[byte] ? 'name' : null
      case 'name':
        if (byte === COLON) return 'value'
        return TOKEN[byte] ? 'name' : null
      case 'value':
        if (byte === CR) return 'line-end'
        return VALUE[byte] ? 'value' : null
      case 'line-end':
        return byte === LF ? 'line' : null
      case 'last-lf':
        return byte === LF ? 'done' : null
      case 'data':
      case 'done':
        return null
    }
  }

  #readSize(byte: number): State | null {
    const digit = HEX[byte] ?? 255
    if (digit < 16) {
      this.#left = this.#left * 16 + digit
      return ++this.#digits <= 8 ? 'size' : null
    }
    if (this.#digits === 0) return null
    if (byte === CR) return 'size-end'
    return byte === SEMICOLON ? 'extension' : null
  }
}
