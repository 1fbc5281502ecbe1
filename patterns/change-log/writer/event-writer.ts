import type { TokenEntry } from '../../../contracts/consistency.ts'
import type { CheckPayload, NewEvent } from './event.ts'
import { type WritingXid, writeToOutbox } from './insert-events.ts'
import type { Signal } from '../signal.ts'
import type { Sql, Transact } from '../sql-port.ts'

/**
 * Writes what a command has done, last in its transaction. A command that changed nothing writes no events, and calls
 * it all the same: what it found was written by somebody, so its client must see that too.
 */
export type WriteEvents = (tx: Sql, events: readonly NewEvent[]) => Promise<void>

/** What a request tells of its writes, and what its client has written before. */
export type WritingRequest = {
  eventHeaders: Readonly<Record<string, string>>
  /**
   * Takes the xid of a transaction for the response's consistency token, and the `xmin` of a snapshot that it had, where that
   * is known. One that is rolled back does no harm there.
   */
  recordXid: (database: string, xid: string, floor?: string) => void
  token: readonly TokenEntry[]
}

export type EventWriterOptions = {
  check: CheckPayload
  /** Of every event. */
  headers: Readonly<Record<string, string>>
  recordXid: (xid: string, floor: string) => void
}

export function eventWriter({ check, headers, recordXid }: EventWriterOptions): WriteEvents {
  return async (tx, events) => {
    const written = await writeToOutbox(
      tx,
      events.map((event) => ({ ...event, headers })),
      check,
    )
    const { xid, floor } = written ?? (await ownXid(tx))
    recordXid(xid, floor)
  }
}

/** What the commands of one request write with. */
export type RequestWrites = {
  writeEvents: WriteEvents
  /** Tells that an earlier transaction answers the request: the first run of an idempotency key. */
  replayed: (tx: Sql, xid: string) => Promise<void>
}

/**
 * @param database its name in tokens
 */
export function requestWrites(database: string, check: CheckPayload, request: WritingRequest): RequestWrites {
  const recordXid = (xid: string, floor?: string) => request.recordXid(database, xid, floor)
  const known = request.token.some(([name]) => name === database)
  return {
    writeEvents: eventWriter({ check, headers: request.eventHeaders, recordXid }),
    async replayed(tx, xid) {
      recordXid(xid)
      // In a mutation's answer, its xids take the place of those that the request's token names of this database. That is
      // right of a transaction that began after them; the first run did not, so one of now stands for them.
      if (!known) return
      const own = await ownXid(tx)
      recordXid(own.xid, own.floor)
    },
  }
}

/** Wakes the relay after each commit. If a commit's outcome is unknown, the relay finds out at its next look. */
export function wakingTransact(transact: Transact, written: Pick<Signal, 'raise'>): Transact {
  return async (run) => {
    const result = await transact(run)
    written.raise()
    return result
  }
}

async function ownXid(sql: Sql): Promise<WritingXid> {
  const [row] = await sql<WritingXid>(
    'select pg_current_xact_id()::text as xid, pg_snapshot_xmin(pg_current_snapshot())::text as floor',
  )
  if (!row) throw new Error('a query without FROM returned no row')
  return row
}
