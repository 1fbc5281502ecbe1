import type { Pool, PoolClient } from 'pg'
import type { Sql, Transact } from '../../contracts/sql.ts'

/** Maximum number and length of prepared texts. Both are limited, because a list of values gives a new text per length. */
const MAX_PREPARED = 256
const LONGEST_PREPARED = 4_000

/**
 * Runs statements and transactions on the connections of a pool.
 *
 * @param timeoutMs maximum time of a transaction. After it, the transaction is rolled back, and its further statements are
 *   refused. @default none
 */
export function pooledSql(pool: Pool, timeoutMs: number | null = null): { sql: Sql; transact: Transact } {
  const names = new Map<string, string>()

  function statement(text: string, values: unknown[]) {
    const name = names.get(text)
    if (name !== undefined) return { name, text, values }
    if (names.size >= MAX_PREPARED || text.length > LONGEST_PREPARED) return { text, values }
    const made = `sql_${names.size}`
    names.set(text, made)
    return { name: made, text, values }
  }

  return {
    sql: async (text, ...values) => (await pool.query(statement(text, values))).rows,
    async transact(run) {
      const client = await pool.connect()
      const over = { late: false, done: false }
      const timer = timeoutMs === null ? undefined : setTimeout(giveUp, timeoutMs)
      // Closes the connection, because a running statement would keep the locks.
      function giveUp() {
        over.late = true
        client.release(true)
      }
      const tx: Sql = async (text, ...values) => {
        if (over.late || over.done) throw ended()
        return (await client.query(statement(text, values))).rows
      }
      // Without a listener, an error of the connection would end the process. The next statement rejects with that error.
      client.on('error', ignore)
      let broken = false
      try {
        await client.query('begin')
        const result = await run(tx)
        if (over.late) throw ended()
        clearTimeout(timer)
        const { command } = await client.query('commit')
        // After a failed statement, a commit does not fail in Postgres. It rolls back.
        if (command === 'ROLLBACK') throw new Error('rolled back: one of its statements had failed')
        return result
      } catch (error) {
        if (!over.late) broken = !(await rollback(client))
        throw error
      } finally {
        over.done = true
        clearTimeout(timer)
        client.off('error', ignore)
        if (!over.late) client.release(broken)
      }
    },
  }
}

function ignore(): void {}

function ended(): Error {
  return new Error('the transaction has ended: it took too long, or the command continued after its end')
}

async function rollback(client: PoolClient): Promise<boolean> {
  try {
    await client.query('rollback')
    return true
  } catch {
    return false
  }
}
