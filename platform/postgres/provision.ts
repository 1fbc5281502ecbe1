import { Client, escapeIdentifier, escapeLiteral } from 'pg'
import { lockKey } from '../../contracts/advisory-locks.ts'

/** A database and its owner, a role of the same name. */
export type Owned = { name: string; password: string }

/**
 * Creates databases. Each is owned by its own role, which can connect to no other database. A repeated call only sets the
 * passwords to those given.
 *
 * @param superuserUrl address of any database of the server
 * @returns the address of each database for its owner, in the order given
 */
export async function provision(superuserUrl: string, owned: readonly Owned[]): Promise<string[]> {
  const client = new Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    // Only one process provisions at a time.
    await client.query(`select pg_advisory_lock(${lockKey('provision')})`)
    for (const database of ['postgres', 'template1']) await closeToPublic(client, database)
    for (const { name, password } of owned) await provisionOne(client, name, password)
  } finally {
    await client.end()
  }
  await Promise.all(owned.map(({ name }) => closeSchema(atDatabase(superuserUrl, name))))
  return owned.map(({ name, password }) => atDatabase(superuserUrl, name, password))
}

async function provisionOne(client: Client, name: string, password: string): Promise<void> {
  const role = escapeIdentifier(name)
  const { rows } = await client.query<{ role: boolean; database: boolean }>(
    `select exists (select from pg_roles where rolname = $1) as role,
            exists (select from pg_database where datname = $1) as database`,
    [name],
  )
  await client.query(`${rows[0]?.role ? 'alter' : 'create'} role ${role} login nosuperuser nocreatedb nocreaterole \
noreplication nobypassrls password ${escapeLiteral(password)}`)
  if (!rows[0]?.database) await client.query(`create database ${role} owner ${role} template template0`)
  await closeToPublic(client, name)
}

/** By default, every role may connect to every database. */
async function closeToPublic(client: Client, database: string): Promise<void> {
  await client.query(`revoke connect, temporary on database ${escapeIdentifier(database)} from public`)
}

/** The schema stays accessible to its owner, the owner of the database. */
async function closeSchema(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('revoke all on schema public from public')
  } finally {
    await client.end()
  }
}

/** The address of another database of the same server. With a password, the user is the database's owner. */
export function atDatabase(serverUrl: string, name: string, password?: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  if (password !== undefined) {
    url.username = name
    url.password = password
  }
  return url.href
}
