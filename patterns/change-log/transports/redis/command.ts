/** Sends one command to Redis and resolves with its reply in RESP 2. Rejects if there is no connection. */
export type SendCommand = (args: string[]) => Promise<unknown>

/** An entry of a stream: the two parts of its id, and the value of its only field. */
export type Entry = { epoch: number; offset: number; text: string }

/** Name of the field that holds the record. */
export const FIELD = 'r'

/** Parses the reply of XRANGE and similar commands. @throws TypeError if an entry is not a record of a log */
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
