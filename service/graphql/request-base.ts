import type { IncomingHttpHeaders } from 'node:http'
import {
  CONSISTENCY_HEADER,
  type ConsistencyExtensions,
  parseTokenEntries,
  type TokenEntry,
} from '../../contracts/consistency.ts'
import type { Viewer } from '../../platform/internal-auth.ts'
import { logOf } from '../change-log/by-database.ts'
import { readTraceparent } from '../../platform/trace-context.ts'
import type { Reader } from '../../platform/postgres/database.ts'

/** The base of every request of a subgraph. Databases have the same names as in tokens: `users`, `users/0`. */
export type RequestBase = {
  viewer: Viewer | null
  /** Reads from one of the service's databases. */
  readerOf: (database: string) => Reader
  /** Records the xid of a transaction that wrote. On replay of a command, this is the xid of the first run. */
  recordXid: (database: string, xid: string, floor?: string) => void
  /** Records the name of a database whose copy here lacks writes of `token`. */
  stale: (database: string) => void
  /** Headers of each event that the request writes: `traceparent`, if the request has one. */
  eventHeaders: Readonly<Record<string, string>>
  /** The writes of the client that the response must show. */
  token: readonly TokenEntry[]
}

/** A database of the service, as seen by requests. */
export type RequestDatabase = {
  reader(): Reader
  /** Creates the entry of a consistency token for these writes. */
  entryOf(written: { xids: readonly string[]; floor: string | null }): TokenEntry
}

/** The databases of a service, by name. */
export type RequestDatabases = ReadonlyMap<string, RequestDatabase>

/** @param logs the log of each database, in any order */
export function requestDatabases(
  opened: readonly { name: string; database: Pick<RequestDatabase, 'reader'> }[],
  logs: readonly (Pick<RequestDatabase, 'entryOf'> & { readonly database: string })[],
): RequestDatabases {
  return new Map(
    opened.map(({ name, database: { reader } }) => [name, { reader, entryOf: logOf(logs, name).entryOf }]),
  )
}

/** A request, and the data that it has recorded so far. */
export type RecordedRequest = {
  base: RequestBase
  /** The `extensions` of the response. Null if there are none. */
  extensions: () => ConsistencyExtensions | null
  /** Number of SQL statements requested so far, in all databases. */
  statements: () => number
}

export function createRequestBase(
  { viewer, token, eventHeaders }: Pick<RequestBase, 'viewer' | 'token' | 'eventHeaders'>,
  databases: RequestDatabases,
): RecordedRequest {
  const readers = new Map<string, Reader>()
  const written = new Map<string, { xids: Set<string>; floor: string | null }>()
  const behind = new Set<string>()
  return {
    base: {
      viewer,
      token,
      eventHeaders,
      readerOf(database) {
        const known = readers.get(database)
        if (known) return known
        const made = databaseOf(databases, database).reader()
        readers.set(database, made)
        return made
      },
      recordXid(database, xid, floor) {
        databaseOf(databases, database)
        const known = written.get(database) ?? { xids: new Set(), floor: null }
        known.xids.add(xid)
        if (floor !== undefined && BigInt(floor) > BigInt(known.floor ?? 0)) known.floor = floor
        written.set(database, known)
      },
      stale: (database) => void behind.add(database),
    },
    extensions() {
      if (written.size === 0 && behind.size === 0) return null
      const consistency = Array.from(written, ([name, { xids, floor }]) =>
        databaseOf(databases, name).entryOf({ xids: [...xids], floor }),
      )
      return {
        ...(consistency.length > 0 && { consistency }),
        ...(behind.size > 0 && { stale: [...behind] }),
      }
    },
    statements() {
      let sum = 0
      for (const reader of readers.values()) sum += reader.count()
      return sum
    },
  }
}

function databaseOf(databases: RequestDatabases, name: string): RequestDatabase {
  const found = databases.get(name)
  if (found) return found
  throw new Error(`This service has no database ${name}, only ${[...databases.keys()].join(', ')}.`)
}

/** Reads the consistency token of a request whose signature was verified. Null if the token is malformed. */
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
  return typeof traceparent === 'string' && readTraceparent(traceparent) ? { traceparent } : NO_HEADERS
}
