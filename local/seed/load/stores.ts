import { Client, DatabaseError } from 'pg'
import { UserFacingError } from '../../../platform/lifecycle.ts'
import { databaseVariable, type DatabaseName } from '../../../contracts/topology.ts'

/** The databases that the seed fills. The services fill the others from the change logs. */
export const seeded = ['users', 'posts', 'followers'] as const satisfies readonly DatabaseName[]
export type Seeded = (typeof seeded)[number]

/** An open connection to a seeded database. */
export type Store = { service: Seeded; client: Client }

/** Maximum wait for a connection, and for a lock that another session holds. Milliseconds. */
const TIMEOUT_MS = 30_000

/** @throws UserFacingError that names the database and its variable, if it can't be reached */
export async function openStore(service: Seeded, url: string): Promise<Store> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS })
  // An error between two statements is ignored, because the next statement fails with it.
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    throw new UserFacingError(
      `Cannot connect to the ${service} database at ${place(url)}: ${reasonOf(error)}. \
Start it, or correct ${databaseVariable(service)}.`,
    )
  }
  return { service, client }
}

/** The tables that the seed fills. The table of what people created comes first. */
export const FILLED: Record<Seeded, readonly [string, ...string[]]> = {
  users: ['users', 'credential'],
  posts: ['post', 'post_like', 'author_count'],
  followers: ['follow_period', 'follow_count', 'stream_event'],
}

/** Begins a transaction without a statement timeout, and locks the seeded tables against other writers. */
export async function beginAlone({ service, client }: Store): Promise<void> {
  await client.query('begin')
  await client.query(`set local lock_timeout = ${TIMEOUT_MS}`)
  await client.query('set local statement_timeout = 0')
  await client.query('set local idle_in_transaction_session_timeout = 0')
  await explained(service, async () => {
    await client.query(`lock table ${FILLED[service].join(', ')} in share row exclusive mode`)
    await client.query('select from outbox limit 0')
  })
}

/** Whether the table has any rows. */
export async function hasRows(store: Store, table: string): Promise<boolean> {
  const { rows } = await explained(store.service, () =>
    store.client.query<{ found: boolean }>(`select exists (select from ${table}) as found`),
  )
  return rows[0]?.found ?? false
}

async function explained<T>(service: Seeded, query: () => Promise<T>): Promise<T> {
  try {
    return await query()
  } catch (error) {
    const code = error instanceof DatabaseError ? error.code : undefined
    if (code === UNDEFINED_TABLE) {
      throw new UserFacingError(
        `The ${service} database has no tables yet. Run npm run migrate, then seed again.`,
      )
    }
    if (code === LOCK_NOT_AVAILABLE) {
      throw new UserFacingError(
        `Another program has been writing to the ${service} database for ${TIMEOUT_MS / 1000} s, perhaps another \
seed. Let them finish, then seed again.`,
      )
    }
    throw error
  }
}

const UNDEFINED_TABLE = '42P01'
const LOCK_NOT_AVAILABLE = '55P03'

/** Host, port and database of a URL, without the password. */
function place(url: string): string {
  if (!URL.canParse(url)) return 'a URL that cannot be read'
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}

/** If several addresses refuse the connection, the reasons are in the nested errors. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
