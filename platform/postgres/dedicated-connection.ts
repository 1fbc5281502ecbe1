import { Client } from 'pg'
import type { Log } from '../log.ts'

/** Maximum time of a statement. If it takes longer, the connection is considered dead. Milliseconds. */
const DEAD_MS = 300_000

/**
 * Opens a connection outside of the pool, for statements that may take minutes.
 *
 * @param name shown in `pg_stat_activity`
 */
export async function dedicatedConnection(url: string, name: string, log: Log): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: 5_000,
    query_timeout: DEAD_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  })
  client.on('error', (error) => log.debug({ err: error }, `connection of ${name} lost`))
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}
