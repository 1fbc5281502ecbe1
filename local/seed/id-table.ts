import { formatId, makeUuid, type IdPrefix, type Uuid } from '../../contracts/ids.ts'
import type { Random } from './random.ts'

/** The uuids of numbered rows, 16 bytes each. */
export type IdTable = {
  /** Creates the uuid of row `i`, for a row created at `ms` (milliseconds since the epoch). */
  make(i: number, ms: number, bucket: number): void
  /** Copies the uuid of row `i` into `target`, as the 16 bytes that Postgres stores. */
  copy(i: number, target: Buffer, offset: number): void
  uuid(i: number): Uuid
  /** The global id of row `i`, as the API returns it. */
  global(prefix: IdPrefix, i: number): string
}

const SIZE = 16

export function createIdTable(rows: number, random: Random): IdTable {
  const bytes = Buffer.alloc(rows * SIZE)
  const noise = new Uint8Array(9)
  return {
    make(i, ms, bucket) {
      bytes.write(makeUuid(ms, bucket, random.bytes(noise)).replaceAll('-', ''), i * SIZE, 'hex')
    },
    copy(i, target, offset) {
      bytes.copy(target, offset, i * SIZE, (i + 1) * SIZE)
    },
    uuid(i) {
      const hex = bytes.toString('hex', i * SIZE, (i + 1) * SIZE)
      const cut = (from: number, to?: number) => hex.slice(from, to)
      return `${cut(0, 8)}-${cut(8, 12)}-${cut(12, 16)}-${cut(16, 20)}-${cut(20)}`
    },
    global(prefix, i) {
      return formatId(prefix, this.uuid(i))
    },
  }
}
