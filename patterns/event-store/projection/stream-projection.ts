import type { Sql } from '../../../contracts/sql.ts'
import type { StoredEvent } from '../event.ts'
import type { EventSchemas } from '../schemas.ts'

/**
 * Tables that hold what follows from the events of streams, written in the transaction of each append. The service says how
 * to fold a stream, and how to read and repair what its tables hold of it.
 *
 * `Rows` is what the tables hold of one stream: plain values, compared by value. Null if they hold nothing.
 */
export type StreamProjection<State, Rows> = {
  schemas: EventSchemas
  initial: State
  evolve(state: State, event: StoredEvent): State
  /** What the tables must hold of a stream in this state. */
  rowsOf(state: State, stream: string): Rows | null
  /** What they hold now, in as few statements as possible. A stream of which they hold nothing may be left out. */
  readRows(tx: Sql, streams: readonly string[]): Promise<ReadonlyMap<string, Rows>>
  /**
   * Replaces what the tables hold of these streams, and adds the differences to the counters, sorted as commands sort them.
   * The transaction holds the locks of the streams.
   */
  repair(tx: Sql, differences: readonly Difference<Rows>[]): Promise<void>
  /** Streams of which the tables hold something: at most `limit`, after `after`, in an order of the service's choice. */
  listStreams(sql: Sql, after: string | null, limit: number): Promise<string[]>
  /** Null if there are none. */
  counters: ProjectionCounters | null
  /** Why the tables must not be repaired now, for example because rows are not imported yet. Null if they may. */
  refusal(sql: Sql): Promise<string | null>
}

/** A stream of which the tables hold something else than follows from its events. */
export type Difference<Rows> = { stream: string; expected: Rows | null; found: Rows | null }

/** Counters over the rows of many streams. Each transaction that changes rows locks the counters of those rows after them. */
export type ProjectionCounters = {
  /** Ids that have a counter, or a row that counts: at most `limit`, after `after`. */
  list(sql: Sql, after: string | null, limit: number): Promise<string[]>
  /** Those of the ids whose counters differ from a count of the rows. It must be one statement, so that it sees one state. */
  wrong(sql: Sql, ids: readonly string[]): Promise<string[]>
  /**
   * Creates the counters that are missing and locks all of them, in the order in which commands lock them. Counts the rows in
   * a later statement: whoever has changed a row and not its counter yet has not committed, so the count is right.
   */
  repair(tx: Sql, ids: readonly string[]): Promise<void>
}
