import type { Client } from 'pg'
import type { Sql } from '../sql-port.ts'

/** A connection of its own: ticks and copies of the log must not wait for a pool. */
export type Connection = AsyncDisposable & { sql: Sql; lost: AbortSignal }

/**
 * The commit of a tick must make durable what it sees, here and on a synchronous standby, whatever the default of the
 * database. And the planner takes the rows after a snapshot, whose number it cannot know, for a third of the table: where
 * rows lie in disorder it would read the whole table for each tick (24 ms of 400,000 rows), or compile the query first.
 */
const PREPARE_SESSION = `
  select set_config('enable_seqscan', 'off', false), set_config('jit', 'off', false),
         set_config('synchronous_commit', case when now in ('off', 'local') then 'on' else now end, false)
  from current_setting('synchronous_commit') now`

/** Opens a connection. What it runs more than once is prepared, so texts must be constants. */
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

/** Prepares each text once, under a name of its own. */
export function preparedSql(client: Pick<Client, 'query'>): Sql {
  const names = new Map<string, string>()
  return async (text, ...values) => {
    let name = names.get(text)
    if (name === undefined) names.set(text, (name = `log_${names.size}`))
    return (await client.query({ name, text, values })).rows
  }
}
