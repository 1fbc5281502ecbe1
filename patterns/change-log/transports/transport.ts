import type { Position } from '../position.ts'
import type { LogPage } from '../owner/read-log.ts'
import type { LogRecord, RawRecord } from '../record.ts'

/**
 * The writing side of a transport that carries a copy of the log. The copy may be lost or cut short at any time; but
 * what it holds of an epoch has no gap, and an offset never holds another record than it once did.
 */
export type Publisher = {
  /** For messages: `the Redis stream log:users`. */
  readonly name: string
  /** The last record; null when there is none. */
  top(): Promise<Position | null>
  /**
   * Appends records, which follow one another, if the first follows the top; or if the transport is empty or of an
   * older epoch. Else appends none. Either all of them or none, and the same twice is the same once.
   *
   * @returns the top after that: where to go on
   */
  append(epoch: number, records: readonly RawRecord[]): Promise<Position>
  /** Empties it, so that it can go on at any later record. */
  reset(): Promise<void>
}

/** What a reader gets, see `LogPage`. */
export type RecordPage =
  | { kind: 'records'; records: readonly LogRecord[] }
  | Exclude<LogPage, { kind: 'records' }>

/** The reading side of a transport, and the feed. */
export type LogReader = {
  /**
   * Reads up to `limit` records after a position, in order. Without any it waits for some, up to `waitMs`. Those of a
   * transport may begin later than asked (it was cut short); then and whenever it is silent, the feed is to be asked.
   */
  read(after: Position, limit: number, waitMs: number, stop?: AbortSignal): Promise<RecordPage>
}
