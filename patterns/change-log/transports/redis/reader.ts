import { parseRecord } from '../../record.ts'
import type { LogReader, RecordPage } from '../transport.ts'
import { parseEntries, type Entry, type SendCommand } from './command.ts'

/**
 * Reads a log through its Redis stream.
 *
 * @param send uses a connection that nothing else uses, because the command waits inside Redis
 */
export function streamReader(send: SendCommand, key: string): LogReader {
  return {
    async read({ epoch, offset }, limit, waitMs) {
      const block = waitMs > 0 ? ['BLOCK', String(Math.ceil(waitMs))] : []
      const reply = await send([
        'XREAD',
        'COUNT',
        String(limit),
        ...block,
        'STREAMS',
        key,
        `${epoch}-${offset}`,
      ])
      return toPage(entriesOf(reply), epoch)
    },
  }
}

function toPage(entries: readonly Entry[], epoch: number): RecordPage {
  const first = entries[0]
  if (first && first.epoch !== epoch) return { kind: 'other-epoch', epoch: first.epoch }
  return { kind: 'records', records: entries.filter((entry) => entry.epoch === epoch).map(parseRecord) }
}

/** Extracts the entries from a reply, which is a list of streams with their entries, or null. */
function entriesOf(reply: unknown): Entry[] {
  const stream: unknown = Array.isArray(reply) ? reply[0] : null
  return parseEntries(Array.isArray(stream) ? stream[1] : null)
}
