/**
 * Writes rows in the binary format of `COPY … FROM STDIN`
 * (https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS), framed as CopyData messages of the
 * wire protocol. In the binary format, uuids and times need no conversion to text and back.
 */
export type RowWriter = {
  /** Begins a row with this number of fields, which must follow. */
  row(fields: number): void
  /** Writes a uuid: `copy` puts its 16 bytes at the offset. */
  uuid(copy: (target: Buffer, offset: number) => void): void
  text(value: string): void
  /** Writes a jsonb value, given as JSON text. */
  jsonb(value: string): void
  integer(value: number): void
  /** Writes a timestamptz, given in milliseconds since the epoch. */
  time(ms: number): void
  null(): void
  /** Number of bytes written since the last `take`. */
  readonly pending: number
  /** Returns the pending bytes as one message, or null if there are none. The writer continues in a new buffer. */
  take(): Buffer | null
}

/** Length of the message type and the message length. */
const FRAME_BYTES = 5
const CHUNK_BYTES = 96 * 1024
/** Postgres timestamps count from 1 January 2000. */
const POSTGRES_EPOCH = Date.UTC(2000, 0, 1)
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')

export const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4])

/** Builds the CopyFail message. */
export function copyFail(reason: string): Buffer {
  const text = Buffer.from(`${reason.replaceAll('\0', '')}\0`)
  const message = Buffer.alloc(FRAME_BYTES + text.length)
  message.write('f', 'latin1')
  message.writeInt32BE(4 + text.length, 1)
  text.copy(message, FRAME_BYTES)
  return message
}

export function createRowWriter(): RowWriter {
  let chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  let end = FRAME_BYTES
  end += SIGNATURE.copy(chunk, end)
  end = chunk.writeInt32BE(0, end)
  end = chunk.writeInt32BE(0, end)

  function reserve(bytes: number): void {
    if (end + bytes <= chunk.length) return
    const larger = Buffer.allocUnsafe(Math.max(chunk.length * 2, end + bytes))
    chunk.copy(larger, 0, 0, end)
    chunk = larger
  }
  return {
    row(fields) {
      reserve(2)
      end = chunk.writeInt16BE(fields, end)
    },
    uuid(copy) {
      reserve(20)
      end = chunk.writeInt32BE(16, end)
      copy(chunk, end)
      end += 16
    },
    text(value) {
      const bytes = Buffer.byteLength(value)
      reserve(4 + bytes)
      end = chunk.writeInt32BE(bytes, end)
      end += chunk.write(value, end)
    },
    jsonb(value) {
      const bytes = Buffer.byteLength(value)
      reserve(5 + bytes)
      end = chunk.writeInt32BE(1 + bytes, end)
      // The version of the jsonb format.
      end = chunk.writeInt8(1, end)
      end += chunk.write(value, end)
    },
    integer(value) {
      reserve(8)
      end = chunk.writeInt32BE(4, end)
      end = chunk.writeInt32BE(value, end)
    },
    time(ms) {
      reserve(12)
      const micros = (ms - POSTGRES_EPOCH) * 1_000
      end = chunk.writeInt32BE(8, end)
      end = chunk.writeInt32BE(Math.floor(micros / 2 ** 32), end)
      end = chunk.writeUInt32BE(micros % 2 ** 32, end)
    },
    null() {
      reserve(4)
      end = chunk.writeInt32BE(-1, end)
    },
    get pending() {
      return end - FRAME_BYTES
    },
    take() {
      if (end === FRAME_BYTES) return null
      const message = chunk.subarray(0, end)
      message.write('d', 'latin1')
      message.writeInt32BE(end - 1, 1)
      chunk = Buffer.allocUnsafe(CHUNK_BYTES)
      end = FRAME_BYTES
      return message
    },
  }
}
