import { Pool, type PoolClient } from 'pg'
import type { Log } from '../log.ts'
import { socketWithResponseTimeout } from './socket-timeout.ts'

/** Runs SQL with `$1`, `$2`, … Texts must be constants: each is prepared once for every connection. */
type Sql = <Row>(text: string, ...values: unknown[]) => Promise<Row[]>

export type LongTransactions = AsyncDisposable & {
  sql: Sql
  /** In a transaction, `read committed`, which rolls back when `run` rejects. */
  transact: <Result>(run: (tx: Sql) => Promise<Result>) => Promise<Result>
}

/** A transaction may wait this long for what it reads elsewhere: a long export that stalls. Milliseconds. */
const IDLE_MS = 600_000

/** A statement that takes longer runs on a connection that is dead without a word. Milliseconds. */
const DEAD_MS = 300_000

/**
 * A few connections beside the pool of the requests, whose statements and transactions may take minutes: those of a
 * consumer of another service's change log.
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
  const lost = (error: Error) => log.debug({ err: error }, `connection of ${name} lost`)
  pool.on('error', lost)
  // The pool listens only while a connection is idle.
  pool.on('connect', (client) => void client.on('error', lost))
  const names = new Map<string, string>()

  function prepared(text: string, values: unknown[]) {
    const known = names.get(text) ?? `long_${names.size}`
    names.set(text, known)
    return { name: known, text, values }
  }

  return {
    sql: async (text, ...values) => (await pool.query(prepared(text, values))).rows,
    async transact(run) {
      const client = await pool.connect()
      let broken = false
      try {
        await client.query('begin')
        const result = await run(async (text, ...values) => (await client.query(prepared(text, values))).rows)
        await client.query('commit')
        return result
      } catch (error) {
        broken = !(await rollback(client))
        throw error
      } finally {
        client.release(broken)
      }
    },
    [Symbol.asyncDispose]: () => pool.end(),
  }
}

async function rollback(client: PoolClient): Promise<boolean> {
  try {
    await client.query('rollback')
    return true
  } catch {
    return false
  }
}
