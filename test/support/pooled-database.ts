import { randomBytes } from 'node:crypto'
import { Client, escapeIdentifier, escapeLiteral } from 'pg'
import { atDatabase, provision } from '../../platform/postgres/provision.ts'

/** Maximum number of databases. More than are ever in use at once. */
const MOST = 500

/**
 * Returns an empty database for its owner, used by nobody else. Creating and dropping a database takes four times as
 * long as emptying it, so databases of earlier tests are reused.
 *
 * Nothing of an earlier test remains: its password no longer works, its connections are closed, and everything it
 * created or set in the database is dropped. The lock is held by a session that ends with this process, however the
 * process ends.
 *
 * @param pool prefix of the names of its databases
 */
export async function pooledDatabase(
  superuserUrl: string,
  pool = 'tessera_test',
): Promise<AsyncDisposable & { url: string }> {
  await using stack = new AsyncDisposableStack()
  const holder = stack.adopt(new Client({ connectionString: superuserUrl }), (client) => client.end())
  // The server may be stopped before this connection is closed.
  holder.on('error', () => {})
  await holder.connect()
  const { rows } = await holder.query<{ n: number }>(
    'select n from generate_series(1, $2::integer) as n where pg_try_advisory_lock(hashtext($1), n) limit 1',
    [pool, MOST],
  )
  const [free] = rows
  if (!free) throw new Error(`All ${MOST} databases are in use.`)
  const name = `${pool}_${free.n}`
  const [url = ''] = await provision(superuserUrl, [
    { name, password: randomBytes(16).toString('base64url') },
  ])
  await endConnections(holder, name)
  await empty(atDatabase(superuserUrl, name), name)
  const taken = stack.move()
  return { url, [Symbol.asyncDispose]: () => taken.disposeAsync() }
}

async function endConnections(client: Client, name: string): Promise<void> {
  const end = 'select pg_terminate_backend(pid, 60000) from pg_stat_activity where datname = $1'
  await client.query(end, [name])
}

/** Drops every schema, and resets the database and its owner to their initial state. */
async function empty(url: string, name: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const prepared = 'select gid from pg_prepared_xacts where database = current_database()'
    for (const { gid } of (await client.query<{ gid: string }>(prepared)).rows) {
      await client.query(`rollback prepared ${escapeLiteral(gid)}`)
    }
    const schemas = `select string_agg(quote_ident(nspname), ', ') as names from pg_namespace
                     where nspname !~ '^pg_' and nspname <> 'information_schema'`
    const names = (await client.query<{ names: string }>(schemas)).rows[0]?.names
    const owned = escapeIdentifier(name)
    await client.query(`drop schema ${names} cascade;
      create schema public authorization pg_database_owner;
      alter database ${owned} reset all;
      alter role ${owned} reset all;
      alter role ${owned} in database ${owned} reset all`)
  } finally {
    await client.end()
  }
}
