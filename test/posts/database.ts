import { Client, type QueryResultRow } from 'pg'
import { inject } from 'vitest'

/** A connection of the test to a service's database, past the service. */
export async function connectTo(service: 'posts' | 'followers'): Promise<AsyncDisposable & Client> {
  const client = new Client({ connectionString: inject('system').databaseUrls[service] })
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}

export async function queryDatabase<Row extends QueryResultRow>(
  service: 'posts' | 'followers',
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  await using client = await connectTo(service)
  return (await client.query<Row>(text, [...values])).rows
}
