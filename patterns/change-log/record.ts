import { isXid } from '../../contracts/consistency.ts'
import { isSnapshot } from './snapshot.ts'

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
  if (typeof value !== 'object' || value === null) return false
  const fields = value as Record<string, unknown>
  if (!Number.isSafeInteger(fields['offset']) || typeof fields['time'] !== 'number') return false
  return fields['kind'] === 'control' ? isControl(fields) : fields['kind'] === 'event' && isEvent(fields)
}

function isControl({ n, cur, copies }: Record<string, unknown>): boolean {
  const copied = copies === undefined || (Array.isArray(copies) && copies.every(isCopy))
  return Number.isSafeInteger(n) && isSnapshot(cur) && copied
}

function isCopy(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { source, epoch, cur } = value as Record<string, unknown>
  return typeof source === 'string' && Number.isSafeInteger(epoch) && (cur === null || isSnapshot(cur))
}

function isEvent({ xid, key, type, version, touches, headers }: Record<string, unknown>): boolean {
  const named = isXid(xid) && typeof key === 'string' && typeof type === 'string' && Number.isInteger(version)
  return (
    named && (touches === null || Array.isArray(touches)) && typeof headers === 'object' && headers !== null
  )
}
