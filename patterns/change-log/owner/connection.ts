import type { Client } from 'pg'
import type { Sql } from '../../../contracts/sql.ts'

/** A dedicated connection. Ticks and copies of the log must not wait for a pool. */
export type Connection = AsyncDisposable & { sql: Sql; lost: AbortSignal }

/**
 * Settings of the session. The commit of a tick must make durable everything that the tick sees, here and on a synchronous
 * standby, whatever the default of the database is. The planner cannot know the number of rows after a snapshot, and
 * estimates a third of the table. If the rows are not stored in order, it would read the whole table for each tick (24 ms
 * for 400,000 rows), or compile the query first.
 */
const PREPARE_SESSION = `
  select set_config('enable_seqscan', 'off', false), set_config('jit', 'off', false),
         set_config('synchronous_commit', case when now in ('off', 'local') then 'on' else now end, false)
  from current_setting('synchronous_commit') now`

/** Opens a connection. Each statement is prepared once and kept by its text, so texts must be constants. */
export async function openConnection(connect: () => Promise<Client>): Promise<Connection> {
  const client = await connect()
  const lost = new AbortController()
  client.on('error', () => lost.abort())
  client.on('end', () => lost.abort())
  await using opening = new AsyncDisposableStack()
  opening.defer(() => client.end().catch(() => {}))
  const sql = preparedSql(client)
  await sql(PREPARE_SESSION)
  const opened = opening.move()
  return { sql, lost: lost.signal, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/**
 * Prepares each text once, under its own name. Statements run one after the other: callers share the connection, and pg
 * no longer allows a query while another one runs.
 */
export function preparedSql(client: Pick<Client, 'query'>): Sql {
  const names = new Map<string, string>()
  let last: Promise<unknown> = Promise.resolve()
  return async (text, ...values) => {
    let name = names.get(text)
    if (name === undefined) names.set(text, (name = `log_${names.size}`))
    const result = last.then(() => client.query({ name, text, values }))
    last = result.catch(() => {})
    return (await result).rows
  }
}
