import { once } from 'node:events'
import { Client } from 'pg'
import type { Pace, PacedLoad } from './paced-load.ts'

/** Channels of `notify`: to the writer in the service, and back. */
export const ASKED = 'bench_asked'
export const DONE = 'bench_done'

/** Lets the service that owns a database write transactions at a constant rate (`contenders/with-writer.ts`). */
export async function writePaced(databaseUrl: string, pace: Pace): Promise<PacedLoad> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  await using stack = new AsyncDisposableStack()
  stack.defer(() => client.end())
  await client.query(`listen ${DONE}`)
  const signal = AbortSignal.timeout(pace.ms * 3 + 10_000)
  const done = once(client, 'notification', { signal })
  await client.query('select pg_notify($1, $2)', [ASKED, JSON.stringify(pace)])
  const [{ payload }] = (await done) as [{ payload: string }]
  return JSON.parse(payload) as PacedLoad
}
