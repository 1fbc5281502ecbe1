/** Sends one command to Redis and resolves with its reply, of protocol RESP 2. Rejects when there is no connection. */
export type SendCommand = (args: string[]) => Promise<unknown>

/** An entry of a stream: its id and the value of its one field. */
export type Entry = { epoch: number; offset: number; text: string }

/** The field that holds the record. */
export const FIELD = 'r'

/** Reads the reply of XRANGE and its like. @throws TypeError when an entry is not one of ours */
export function parseEntries(reply: unknown): Entry[] {
  if (reply === null) return []
  if (!Array.isArray(reply)) throw new TypeError(`not entries of a stream: ${JSON.stringify(reply)}`)
  return reply.map(parseEntry)
}

function parseEntry(entry: unknown): Entry {
  if (Array.isArray(entry) && typeof entry[0] === 'string' && Array.isArray(entry[1])) {
    const [epoch, offset] = entry[0].split('-').map(Number)
    const [field, text]: unknown[] = entry[1]
    if (epoch !== undefined && offset !== undefined && field === FIELD && typeof text === 'string') {
      return { epoch, offset, text }
    }
  }
  throw new TypeError(`not an entry of the log: ${JSON.stringify(entry)}`)
}
