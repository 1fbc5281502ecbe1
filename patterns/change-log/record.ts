/** What happened. `touches` null: the whole database. `time`: when its transaction began, ms since 1970. */
export type EventRecord = {
  readonly kind: 'event'
  readonly offset: number
  /** Of the transaction that wrote it. */
  readonly xid: string
  readonly key: string
  readonly type: string
  readonly version: number
  readonly payload: unknown
  readonly touches: readonly string[] | null
  readonly headers: Readonly<Record<string, string>>
  readonly time: number
}

/**
 * How far a copy of another database was: the `cur` of its last control record, with the epoch of that log. Null: a key
 * of the copy is parked, or nothing was applied yet, so the copy is fresh for nothing.
 */
export type CopyPosition = {
  readonly source: string
  readonly epoch: number
  readonly cur: string | null
}

/** Ends tick `n`: whoever has applied everything up to it has applied all that the snapshot `cur` sees. */
export type ControlRecord = {
  readonly kind: 'control'
  readonly offset: number
  readonly n: number
  readonly cur: string
  /** Of the database, before the snapshot was taken, ms since 1970. */
  readonly time: number
  /** How far the copies in this database were in the snapshot `cur`; one for each consumer. Absent: it keeps none. */
  readonly copies?: readonly CopyPosition[] | undefined
}

export type LogRecord = EventRecord | ControlRecord

/** A record as transports carry it: JSON text. */
export type RawRecord = { readonly offset: number; readonly text: string }

/** Reads a record's JSON text. @throws SyntaxError or TypeError when it is none */
export function parseRecord({ offset, text }: RawRecord): LogRecord {
  return requireRecord(JSON.parse(text), offset)
}

/** Takes parsed JSON as the record of this offset. @throws TypeError when it is not */
export function requireRecord(value: unknown, offset: number): LogRecord {
  if (isRecord(value) && value.offset === offset) return value
  throw new TypeError(`not the record of offset ${offset}: ${JSON.stringify(value).slice(0, 200)}`)
}

function isRecord(value: unknown): value is LogRecord {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('offset' in value)) return false
  if (value.kind === 'control') return 'cur' in value && typeof value.cur === 'string' && 'time' in value
  return value.kind === 'event' && 'key' in value && typeof value.key === 'string' && 'xid' in value
}
