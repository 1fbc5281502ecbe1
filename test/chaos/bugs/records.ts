import type { SeenRecord } from '../checkers/history.ts'
import type { SeenMessage } from '../support/consumer-process.ts'
import type { Payload } from '../support/operation.ts'

/** The messages of a program about the log, as records of a history. */
export function recordsOf({ epoch, seen }: SeenMessage, reader: string): SeenRecord[] {
  return seen.map((record) => {
    const { offset } = record
    if (record.kind === 'control') return { reader, epoch, offset, event: null }
    const { operation, turn } = record.payload as Payload
    return { reader, epoch, offset, event: { operation, key: record.key, turn } }
  })
}
