import { once } from 'node:events'
import { Client } from 'pg'
import type { Pace, PacedLoad } from './paced-load.ts'

/** Channels of `notify`: to the writer in the service, and back. */
export const REQUEST_CHANNEL = 'bench_asked'
export const DONE_CHANNEL = 'bench_done'

/** Makes the service that owns a database write transactions at a constant rate (`contenders/with-writer.ts`). */
export async function writePaced(databaseUrl: string, pace: Pace): Promise<PacedLoad> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  await using stack = new AsyncDisposableStack()
  stack.defer(() => client.end())
  await client.query(`listen ${DONE_CHANNEL}`)
  const signal = AbortSignal.timeout(pace.ms * 3 + 10_000)
  const done = once(client, 'notification', { signal })
  await client.query('select pg_notify($1, $2)', [REQUEST_CHANNEL, JSON.stringify(pace)])
  const [{ payload }] = (await done) as [{ payload: string }]
  return JSON.parse(payload) as PacedLoad
}
