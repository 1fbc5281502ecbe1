import { Client } from 'pg'

/** Runs SQL over a new connection, and returns the rows. */
export async function runSql(
  url: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(
      sql,
      values.length > 0 ? [...values] : undefined,
    )
    return rows
  } finally {
    await client.end()
  }
}

/** Name of the database in a URL. */
export function databaseOf(url: string): string {
  return new URL(url).pathname.slice(1)
}

/**
 * Number of transactions committed so far in the given databases. A statement without `begin` is one transaction. A
 * backend may report its transactions as late as when its connection closes.
 */
export async function transactionsIn(superuserUrl: string, databases: readonly string[]): Promise<number> {
  const [row] = await runSql(
    superuserUrl,
    'select sum(xact_commit)::float8 as count from pg_stat_database where datname = any($1)',
    [databases],
  )
  return Number(row?.['count'])
}
