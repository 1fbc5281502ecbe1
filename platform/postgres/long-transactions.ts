import { Pool } from 'pg'
import type { Sql, Transact } from '../../contracts/sql.ts'
import type { Log } from '../log.ts'
import { pooledSql } from './pooled-sql.ts'
import { socketWithResponseTimeout } from './socket-timeout.ts'

export type LongTransactions = AsyncDisposable & { sql: Sql; transact: Transact }

/** Maximum idle time within a transaction, for example while a long export from elsewhere stalls. Milliseconds. */
const IDLE_MS = 600_000

/** Maximum time of a statement. If it takes longer, the connection is considered dead. Milliseconds. */
const DEAD_MS = 300_000

/**
 * Opens a few connections besides the pool for requests. Their statements and transactions may take minutes. A consumer of
 * another service's change log uses them.
 *
 * @param name shown in `pg_stat_activity`
 */
export function openLongTransactions(url: string, name: string, log: Log): LongTransactions {
  const pool = new Pool({
    connectionString: url,
    application_name: name,
    max: 3,
    connectionTimeoutMillis: 5_000,
    stream: () => socketWithResponseTimeout(DEAD_MS),
    keepAlive: true,
    idle_in_transaction_session_timeout: IDLE_MS,
  })
  pool.on('error', (error) => log.debug({ err: error }, `connection of ${name} lost`))
  return { ...pooledSql(pool), [Symbol.asyncDispose]: () => pool.end() }
}
