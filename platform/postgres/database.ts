import { Pool, type PoolClient, type QueryResultRow } from 'pg'
import type { Log } from '../log.ts'

/** One prepared statement: `name` is unique to `text` within the service, so Postgres parses it once. */
export type Statement = { name: string; text: string }

/** Runs prepared statements and counts them; one per request, so that its SQL can be counted. */
export type Reader = {
  query<Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]>
  /** Statements run so far. */
  readonly count: number
}

export type Database = AsyncDisposable & {
  readonly pool: Pool
  reader(): Reader
  /** Resolves when the database answers; rejects with the reason it does not. */
  ping(): Promise<void>
}

/** As long as the gateway waits by default: nobody is there to take what comes later. */
const STATEMENT_TIMEOUT_MS = 5_000

/** Opens a pool. Connections are made on demand: a database that is down does not keep a service from starting. */
export function openDatabase(url: string, poolSize: number, log: Log): Database {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 5_000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: 60_000,
  })
  pool.on('error', (error) => log.warn({ err: error }, 'idle database connection lost'))
  return {
    pool,
    reader: () => createReader(pool),
    ping: async () => {
      await pool.query('select 1')
    },
    [Symbol.asyncDispose]: () => pool.end(),
  }
}

export function createReader(client: Pool | PoolClient): Reader {
  let count = 0
  return {
    async query<Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]) {
      count++
      const result = await client.query<Row>({ ...statement, values: [...values] })
      return result.rows
    },
    get count() {
      return count
    },
  }
}
