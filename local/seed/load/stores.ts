import { Client, DatabaseError } from 'pg'
import { UserFacingError } from '../../../platform/lifecycle.ts'
import { databaseVariable, type DatabaseName } from '../../../contracts/topology.ts'

/** The databases that the seed fills. Others are filled by their services, from the change logs. */
export const seeded = ['users', 'posts', 'followers'] as const satisfies readonly DatabaseName[]
export type Seeded = (typeof seeded)[number]

/** An open connection to one of them. */
export type Store = { service: Seeded; client: Client }

/** Longest wait for a connection, and for a lock that somebody else holds. Milliseconds. */
const TIMEOUT_MS = 30_000

/** @throws UserFacingError naming the database and its variable when there is none to talk to */
export async function openStore(service: Seeded, url: string): Promise<Store> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS })
  // A connection that breaks between two statements is met again by the next one.
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

/** The tables the seed fills, those first that hold what people made. */
export const FILLED: Record<Seeded, readonly [string, ...string[]]> = {
  users: ['users', 'credential'],
  posts: ['post', 'post_like', 'author_count'],
  followers: ['follow', 'follow_count'],
}

/** Begins a transaction that keeps everybody else from writing the tables of the seed, and may take its time. */
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

/** Whether the table has any row. */
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
        `Somebody else has been writing to the ${service} database for ${TIMEOUT_MS / 1000} s, perhaps another \
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

/** A connection refused at several addresses has its reasons inside. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
