import { Client } from 'pg'
import type { Sql, Transact } from '../../../contracts/sql.ts'

/** A connection that can be lost at any time. */
export async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  return client
}

export function sqlOf(client: Client): Sql {
  return async (text, ...values) => (await client.query(text, values)).rows
}

/** Transactions of one connection, one at a time. */
export function transactOf(client: Client, begin = 'begin'): Transact {
  return async (run) => {
    await client.query(begin)
    try {
      const result = await run(sqlOf(client))
      await client.query('commit')
      return result
    } catch (error) {
      await client.query('rollback').catch(() => {})
      throw error
    }
  }
}
