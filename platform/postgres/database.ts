import { Pool, type QueryResultRow } from 'pg'
import type { Sql, Transact } from '../../contracts/sql.ts'
import type { Log } from '../log.ts'
import { pooledSql } from './pooled-sql.ts'
import { createStatementBatching, type BatchStatement, type Statement } from './statement-batching.ts'
import { socketWithResponseTimeout } from './socket-timeout.ts'

/** Runs prepared statements. */
export type Querying = {
  query<Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]>
}

/** Runs prepared statements and counts them. Each request has its own reader, so that its statements can be counted. */
export type Reader = Querying & {
  /**
   * For statements whose first value is an array of keys. `column` is the column of the rows that contains the key. Requests
   * share these statements (see `createStatementBatching`), so the rows must not be changed.
   */
  keyed(column: string): Querying
  /** Number of statements requested so far. A shared statement counts for each of its callers. */
  count(): number
}

export type Database = AsyncDisposable & {
  readonly pool: Pool
  reader(): Reader
  /** Runs statements that belong to no request. */
  sql: Sql
  /** Runs a command in a transaction. */
  transact: Transact
  /** Resolves when the database responds. Rejects with the reason if it does not. */
  ping(): Promise<void>
}

/** Maximum time of a statement. It equals the gateway's default timeout: nobody waits for a later result. Milliseconds. */
const STATEMENT_TIMEOUT_MS = 5_000

/** Maximum wait for a response. After it, the connection is dead and must not keep its place in the pool. Milliseconds. */
const TIMEOUT_MS = 2 * STATEMENT_TIMEOUT_MS

/** Maximum time of a transaction. A command is a few statements, and its locks keep others waiting. Milliseconds. */
const TRANSACTION_TIMEOUT_MS = 15_000

/** Maximum age of a connection. Once a migration changes its columns, a prepared statement always fails there. Seconds. */
const LIFETIME_S = 600

/** Opens a pool. Connections are made on demand, so a service can start while its database is down. */
export function openDatabase(url: string, poolSize: number, log: Log): Database {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    maxLifetimeSeconds: LIFETIME_S,
    connectionTimeoutMillis: 5_000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    stream: () => socketWithResponseTimeout(TIMEOUT_MS),
    idle_in_transaction_session_timeout: 60_000,
  })
  pool.on('error', (error) => log.warn({ err: error }, 'idle database connection lost'))
  const batchers = new Map<string, BatchStatement>()
  const run = async <Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]) => {
    const result = await pool.query<Row>({ ...statement, values: [...values] })
    return result.rows
  }
  const batchBy = (column: string) => {
    const batchStatement = batchers.get(column) ?? createStatementBatching(run, column)
    batchers.set(column, batchStatement)
    return batchStatement
  }
  return {
    pool,
    reader: () => createReader(run, batchBy),
    ...pooledSql(pool, TRANSACTION_TIMEOUT_MS),
    ping: async () => {
      await pool.query('select 1')
    },
    [Symbol.asyncDispose]: () => pool.end(),
  }
}

function createReader(run: Querying['query'], batchBy: (column: string) => BatchStatement): Reader {
  let count = 0
  return {
    query(statement, values) {
      count++
      return run(statement, values)
    },
    keyed(column) {
      const batchStatement = batchBy(column)
      return {
        query<Row extends QueryResultRow>(statement: Statement, [keys, ...rest]: readonly unknown[]) {
          count++
          return batchStatement(statement, keys as readonly string[], rest) as Promise<Row[]>
        },
      }
    },
    count: () => count,
  }
}
