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

/** Runs prepared statements and counts them; one per request, so that its SQL can be counted. */
export type Reader = Querying & {
  /**
   * For statements whose first value is an array of keys, and whose rows tell their key in this column. Requests share
   * them, see `createStatementBatching`: nobody may change the rows.
   */
  keyed(column: string): Querying
  /** Statements asked for so far. One that is shared counts for each who asked. */
  count(): number
}

export type Database = AsyncDisposable & {
  readonly pool: Pool
  reader(): Reader
  /** Statements that belong to no request. */
  sql: Sql
  /** Runs commands. */
  transact: Transact
  /** Resolves when the database answers; rejects with the reason it does not. */
  ping(): Promise<void>
}

/** As long as the gateway waits by default: nobody is there to take what comes later. */
const STATEMENT_TIMEOUT_MS = 5_000

/** A statement has been answered by then, or its connection is dead: it must not keep its place in the pool. */
const TIMEOUT_MS = 2 * STATEMENT_TIMEOUT_MS

/** A command is some statements on locked rows: what takes longer than this keeps others waiting. Milliseconds. */
const TRANSACTION_TIMEOUT_MS = 15_000

/** A connection is not used for longer: a statement it has prepared fails for good once a migration changes its columns. */
const LIFETIME_S = 600

/** Opens a pool. Connections are made on demand: a database that is down does not keep a service from starting. */
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
