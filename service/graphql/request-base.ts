import type { IncomingHttpHeaders } from 'node:http'
import {
  CONSISTENCY_HEADER,
  type ConsistencyExtensions,
  parseTokenEntries,
  type TokenEntry,
} from '../../contracts/consistency.ts'
import type { Viewer } from '../../platform/internal-auth.ts'
import type { Reader } from '../../platform/postgres/database.ts'

/** What every request of a subgraph starts from. */
export type RequestBase = {
  viewer: Viewer | null
  reader: Reader
  /** To be told the xid of each transaction that wrote, also when a repeated one is answered from memory. */
  recordXid: (xid: string) => void
  /** To be told the name of a database whose copy here is behind what `token` names of it. */
  stale: (database: string) => void
  /** For each event that the request writes: `traceparent`, when it carried one. */
  eventHeaders: Readonly<Record<string, string>>
  /** What the client has written, and wants to see. */
  token: readonly TokenEntry[]
}

/** What the request has told of consistency so far; null for nothing. */
export type Told = { base: RequestBase; extensions: () => ConsistencyExtensions | null }

export function createRequestBase(
  { viewer, reader, token, eventHeaders }: Omit<RequestBase, 'recordXid' | 'stale'>,
  entryOf: (xids: readonly string[]) => TokenEntry,
): Told {
  const xids = new Set<string>()
  const behind = new Set<string>()
  return {
    base: {
      viewer,
      reader,
      token,
      eventHeaders,
      recordXid: (xid) => void xids.add(xid),
      stale: (database) => void behind.add(database),
    },
    extensions() {
      if (xids.size === 0 && behind.size === 0) return null
      return {
        ...(xids.size > 0 && { consistency: [entryOf([...xids])] }),
        ...(behind.size > 0 && { stale: [...behind] }),
      }
    },
  }
}

/** Reads the token of a request whose signature is right. Null when it is malformed. */
export function readRequestToken(headers: IncomingHttpHeaders): readonly TokenEntry[] | null {
  const text = headers[CONSISTENCY_HEADER]
  if (text === undefined) return NO_TOKEN
  try {
    return parseTokenEntries(JSON.parse(String(text)))
  } catch {
    return null
  }
}

const NO_TOKEN: readonly TokenEntry[] = []
const NO_HEADERS: Readonly<Record<string, string>> = {}

/** `traceparent` of W3C Trace Context, if it is well-formed (https://www.w3.org/TR/trace-context/#traceparent-header). */
export function eventHeadersOf({ traceparent }: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const wellFormed =
    typeof traceparent === 'string' &&
    /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/.test(traceparent)
  return wellFormed ? { traceparent } : NO_HEADERS
}
