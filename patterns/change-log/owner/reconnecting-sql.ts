import type { Client } from 'pg'
import { openConnection, type Connection } from './connection.ts'
import { within } from '../signal.ts'
import { sqlState, type Sql } from '../../../contracts/sql.ts'

/** A page of the log takes milliseconds. So a connection without a response for this long is dead. Milliseconds. */
const TIMEOUT_MS = 60_000

/**
 * Runs statements on one connection. It is opened at the first statement, and opened again after it was lost. Statements
 * are prepared, and run without JIT and without the timeout of a pool. A failed statement is not retried.
 */
export function reconnectingSql(connect: () => Promise<Client>): AsyncDisposable & { sql: Sql } {
  let current: Promise<Connection> | null = null
  let closed = false

  async function drop(opening: Promise<Connection>): Promise<void> {
    if (current === opening) current = null
    const opened = await opening.catch(() => null)
    await opened?.[Symbol.asyncDispose]()
  }

  function open(): Promise<Connection> {
    const opening = openConnection(connect)
    opening.catch(() => drop(opening))
    return opening
  }

  async function run<Row>(text: string, ...values: unknown[]): Promise<Row[]> {
    if (closed) throw new Error('The log is closed.')
    const opening = (current ??= open())
    const { sql, lost } = await opening
    if (lost.aborted) {
      void drop(opening)
      return run(text, ...values)
    }
    try {
      const rows = await within(TIMEOUT_MS, sql<Row>(text, ...values))
      if (rows) return rows
      throw new Error(`The database has not responded for ${TIMEOUT_MS / 1_000} s.`)
    } catch (error) {
      // An error that the database itself reports would occur on any connection.
      if (sqlState(error) === null) void drop(opening)
      throw error
    }
  }

  return {
    sql: run,
    async [Symbol.asyncDispose]() {
      closed = true
      if (current) await drop(current)
    },
  }
}
