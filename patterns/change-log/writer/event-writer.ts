import type { TokenEntry } from '../../../contracts/consistency.ts'
import type { CheckPayload, NewEvent } from './event.ts'
import { type WritingXid, writeToOutbox } from './insert-events.ts'
import type { Signal } from '../signal.ts'
import type { Sql, Transact } from '../../../contracts/sql.ts'

/**
 * Writes the events of a command, last in its transaction. A command that changed nothing calls it with no events. Another
 * transaction wrote the state that the command found, and the client must see that state too.
 */
export type WriteEvents = (tx: Sql, events: readonly NewEvent[]) => Promise<void>

/** Context of a request that writes: the headers for its events, and its consistency token. */
export type WritingRequest = {
  eventHeaders: Readonly<Record<string, string>>
  /**
   * Adds the xid of a transaction to the response's consistency token, and the `xmin` of a snapshot that the transaction
   * had, if known. The xid of a transaction that is rolled back does no harm.
   */
  recordXid: (database: string, xid: string, floor?: string) => void
  /** The token that the client sent with the request. */
  token: readonly TokenEntry[]
}

export type EventWriterOptions = {
  check: CheckPayload
  /** Headers of every event. */
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

/** Functions with which the commands of one request write. */
export type RequestWrites = {
  writeEvents: WriteEvents
  /** Called on replay of an idempotency key, with the xid of the first run. */
  replayed: (tx: Sql, xid: string) => Promise<void>
}

/** @param database name of the database in tokens */
export function requestWrites(database: string, check: CheckPayload, request: WritingRequest): RequestWrites {
  const recordXid = (xid: string, floor?: string) => request.recordXid(database, xid, floor)
  const known = request.token.some(([name]) => name === database)
  return {
    writeEvents: eventWriter({ check, headers: request.eventHeaders, recordXid }),
    async replayed(tx, xid) {
      recordXid(xid)
      // In the response of a mutation, its xids replace the xids that the request's token names for this database. That is
      // correct for a transaction that began after those. The first run may be older, so the xid of this transaction is
      // added for them.
      if (!known) return
      const own = await ownXid(tx)
      recordXid(own.xid, own.floor)
    },
  }
}

/** Wakes the relay after each commit. If the outcome of a commit is unknown, the relay finds its events at the next poll. */
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
