import { decodeText } from '../decode-response.ts'

const EMPTY = Buffer.alloc(0)

/** Maximum memory that is allocated in advance for an announced size, in bytes. */
const TRUSTED = 65_536

/** Collects a body that arrives in parts. The parts are copied, because the connection reuses its buffer. */
export class BodyBuffer {
  #bytes: Buffer = EMPTY
  #size = 0

  get size(): number {
    return this.#size
  }

  /** @param expected the announced size in bytes. 0 if it is unknown. */
  reset(expected: number): void {
    this.#size = 0
    this.#bytes = expected === 0 ? EMPTY : Buffer.allocUnsafe(Math.min(expected, TRUSTED))
  }

  append(bytes: Buffer, from: number, to: number): void {
    const needed = this.#size + to - from
    if (needed > this.#bytes.length) this.#grow(needed)
    bytes.copy(this.#bytes, this.#size, from, to)
    this.#size = needed
  }

  /** The whole body as text. The buffer is then empty. */
  takeText(): string {
    const text = decodeText(this.#bytes, 0, this.#size)
    this.reset(0)
    return text
  }

  /** The whole body. The buffer is then empty. */
  takeBytes(): Buffer {
    const bytes = this.#bytes.subarray(0, this.#size)
    this.reset(0)
    return bytes
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2, 4_096))
    this.#bytes.copy(grown, 0, 0, this.#size)
    this.#bytes = grown
  }
}
