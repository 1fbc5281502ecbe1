import type { Position } from '../position.ts'
import type { LogPage } from '../owner/read-log.ts'
import type { LogRecord, RawRecord } from '../record.ts'

/**
 * The writing side of a transport, which carries a copy of the log. The copy may be lost or truncated at any time. But its
 * records of one epoch have no gap, and an offset never gets a different record.
 */
export type Publisher = {
  /** For messages: `the Redis stream log:users`. */
  readonly name: string
  /** Position of the last record. Null if there is none. */
  top(): Promise<Position | null>
  /**
   * Appends consecutive records if the first one follows the top, or if the transport is empty or has an older epoch.
   * Otherwise it appends none. It appends all of them or none. Appending the same records again changes nothing.
   *
   * @returns the top after that, from which to continue
   */
  append(epoch: number, records: readonly RawRecord[]): Promise<Position>
  /** Empties the transport, so that it can continue at any later record. */
  reset(): Promise<void>
}

/** A page for a reader; see `LogPage`. */
export type RecordPage =
  | { kind: 'records'; records: readonly LogRecord[] }
  | Exclude<LogPage, { kind: 'records' }>

/** The reading side of a transport, or of the feed. */
export type LogReader = {
  /**
   * Reads up to `limit` records after a position, in order. If there are none, it waits for some, up to `waitMs`
   * milliseconds. The records of a transport may begin later than requested, because it was truncated. In that case, and if
   * the transport is silent, the feed must be read.
   */
  read(after: Position, limit: number, waitMs: number, stop?: AbortSignal): Promise<RecordPage>
}
