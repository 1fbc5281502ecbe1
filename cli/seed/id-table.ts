import { makeUuid } from '../../contracts/ids.ts'
import type { Random } from './random.ts'

/** The uuids of numbered rows, 16 bytes each. */
export type IdTable = {
  /** Makes the uuid of row `i`, for a row created at `ms`. */
  make(i: number, ms: number, bucket: number): void
  /** Copies the uuid of row `i` into `target`, as the 16 bytes Postgres stores. */
  copy(i: number, target: Buffer, offset: number): void
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
  }
}
