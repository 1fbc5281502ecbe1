/** An event of the log. */
export type EventRecord = {
  readonly kind: 'event'
  readonly offset: number
  /** Id of the transaction that wrote the event. */
  readonly xid: string
  readonly key: string
  readonly type: string
  readonly version: number
  readonly payload: unknown
  /** Facets that the event changed. Null if it touches the whole database. */
  readonly touches: readonly string[] | null
  readonly headers: Readonly<Record<string, string>>
  /** Start of the transaction that wrote the event. Milliseconds since 1970. */
  readonly time: number
}

/** Position of a copy of another database. */
export type CopyPosition = {
  readonly source: string
  /** Epoch of the source's log. */
  readonly epoch: number
  /**
   * The `cur` of the last control record that the copy has applied. Null if a key of the copy is parked, or if nothing was
   * applied yet. Then the copy is not fresh for any token.
   */
  readonly cur: string | null
}

/**
 * Ends tick `n`. A reader that has applied the log up to this record has applied every transaction that is visible in the
 * snapshot `cur`.
 */
export type ControlRecord = {
  readonly kind: 'control'
  readonly offset: number
  readonly n: number
  readonly cur: string
  /** Time of the database before it took the snapshot. Milliseconds since 1970. */
  readonly time: number
  /** Positions of the copies in this database, in the snapshot `cur`; one for each consumer. Absent if it keeps no copies. */
  readonly copies?: readonly CopyPosition[] | undefined
}

export type LogRecord = EventRecord | ControlRecord

/** A record as transports carry it: JSON text. */
export type RawRecord = { readonly offset: number; readonly text: string }

/** Parses the JSON text of a record. @throws SyntaxError or TypeError if the text is not the record of this offset */
export function parseRecord({ offset, text }: RawRecord): LogRecord {
  return requireRecord(JSON.parse(text), offset)
}

/** Checks that parsed JSON is the record of this offset. @throws TypeError if it is not */
export function requireRecord(value: unknown, offset: number): LogRecord {
  if (isRecord(value) && value.offset === offset) return value
  throw new TypeError(`not the record of offset ${offset}: ${JSON.stringify(value).slice(0, 200)}`)
}

function isRecord(value: unknown): value is LogRecord {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('offset' in value)) return false
  if (value.kind === 'control') return 'cur' in value && typeof value.cur === 'string' && 'time' in value
  return value.kind === 'event' && 'key' in value && typeof value.key === 'string' && 'xid' in value
}
