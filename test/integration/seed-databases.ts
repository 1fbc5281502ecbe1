import { Client } from 'pg'
import { services, type Service } from '../../contracts/topology.ts'
import { freshDatabase } from '../support/database.ts'

export type SeedDatabases = AsyncDisposable & {
  urls: Record<Service, string>
  /** Runs SQL as the owner of a database; returns the rows. */
  sql<Row extends Record<string, unknown>>(service: Service, text: string): Promise<Row[]>
  /** Every row of every table a seed fills, as text, in a fixed order. */
  contents(): Promise<Record<string, string[]>>
}

const TABLES: Record<Service, readonly string[]> = {
  users: ['users', 'credential'],
  posts: ['post', 'post_like', 'author_count', 'idempotency_key'],
  followers: ['follow_period', 'follow_count', 'idempotency_key'],
}

/** Three migrated, empty databases. */
export async function seedDatabases(): Promise<SeedDatabases> {
  await using stack = new AsyncDisposableStack()
  const open = async (service: Service) => stack.use(await freshDatabase(service)).url
  const urls = { users: await open('users'), posts: await open('posts'), followers: await open('followers') }

  async function sql<Row extends Record<string, unknown>>(service: Service, text: string): Promise<Row[]> {
    const client = new Client({ connectionString: urls[service] })
    await client.connect()
    try {
      return (await client.query<Row>(text)).rows
    } finally {
      await client.end()
    }
  }
  async function contents(): Promise<Record<string, string[]>> {
    const found: Record<string, string[]> = {}
    for (const service of services) {
      for (const table of TABLES[service]) {
        const rows = await sql<{ line: string }>(service, `select t::text as line from ${table} t order by 1`)
        found[`${service}.${table}`] = rows.map(({ line }) => line)
      }
    }
    return found
  }
  const all = stack.move()
  return { urls, sql, contents, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
