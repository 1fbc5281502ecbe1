import type { Client } from 'pg'
import { openConnection, type Connection } from './connection.ts'
import { within } from '../signal.ts'
import { sqlState, type Sql } from '../sql-port.ts'

/** A page of the log takes milliseconds: a connection that says nothing for as long as this is dead. Milliseconds. */
const TIMEOUT_MS = 60_000

/**
 * Runs statements over one connection, which is opened when first needed, and anew when it was lost. Prepared, without jit
 * and without the timeout of a pool. A statement that fails is not tried again.
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
      throw new Error(`The database has not answered for ${TIMEOUT_MS / 1_000} s.`)
    } catch (error) {
      // What the database itself refuses, it would refuse on any connection.
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
