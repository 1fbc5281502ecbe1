import { until } from '../../support/until.ts'
import { connect, sqlOf } from '../../support/sessions.ts'
import type { Sql } from '../../../../contracts/sql.ts'
import type { Bed } from '../bed.ts'
import { backUp, restore } from '../databases.ts'
import { finish, startBoth, type Finished } from './running.ts'

/**
 * Postgres crashes immediately after a tick was read. The tick was written with asynchronous commit, and all
 * other writers are stopped, so that nothing flushes it.
 */
export async function postgresCrashes(bed: Bed): Promise<Finished> {
  const { consumer } = startBoth(bed)
  const writer = await bed.writer()
  await writer.write('before', 'a')
  await bed.applied('before')
  await writer.client.query('set synchronous_commit = off')
  const walWriter = await requirePid(bed, 'walwriter')
  process.kill(walWriter, 'SIGSTOP')
  await writer.write('a1', 'a')
  await bed.applied('a1')
  forget(bed, 'a1')
  // When one of its processes is killed, Postgres restarts all of them and loses the data in its buffers.
  process.kill(walWriter, 'SIGKILL')
  await until('Postgres is back', async () => {
    const pid = await requirePid(bed, 'walwriter').catch(() => walWriter)
    return pid !== walWriter
  })
  return finish(bed, consumer)
}

/** The owner's database is restored from a backup that is older than the consumer's position. */
export async function restored(bed: Bed): Promise<Finished> {
  const first = startBoth(bed)
  {
    await using writer = await bed.writer()
    await writer.write('a1', 'a')
    await bed.applied('a1')
  }
  await first.owner.kill()
  await first.consumer.kill()
  await backUp(bed.superuserUrl, bed.owner)
  const second = startBoth(bed)
  {
    await using writer = await bed.writer()
    for (const operation of ['a2', 'a3', 'a4']) await writer.write(operation, 'a')
    await bed.applied('a4')
  }
  await second.owner.kill()
  await second.consumer.kill()
  await restore(bed.superuserUrl, bed.owner)
  forget(bed, 'a2', 'a3', 'a4')

  const owner = bed.startOwner()
  const looked = async (...states: string[]) => states.includes(await owner.call<string>('state'))
  await until('the relay has looked at the database', () => looked('refused', 'leading'))
  // The operator's reaction to that message.
  if (await looked('refused')) await owner.call('bump')
  await until('the relay takes ticks', () => looked('leading'))
  const writer = await bed.writer()
  const applied = await positionOf(bed.copy, 'select "offset" as at from consumer_offset')
  const end = () => positionOf(sqlOf(writer.client), 'select max(base + cnt) as at from tick')
  // Until the log is as long as before.
  for (let i = 1; i <= 3 || (await end()) < applied; i++) await writer.write(`b${i}`, 'b')
  return finish(bed, bed.startConsumer())
}

/** These writes are no longer guaranteed. */
function forget({ ledger }: Bed, ...operations: string[]): void {
  for (const entry of ledger) if (operations.includes(entry.id)) entry.outcome = 'unknown'
}

async function positionOf(sql: Sql, text: string): Promise<number> {
  const [row] = await sql<{ at: string }>(text)
  return Number(row?.at)
}

async function requirePid({ superuserUrl }: Bed, type: string): Promise<number> {
  const client = await connect(superuserUrl)
  try {
    const [row] = await sqlOf(client)<{ pid: number }>(
      'select pid from pg_stat_activity where backend_type = $1',
      type,
    )
    if (!row) throw new Error(`Postgres has no ${type}.`)
    return row.pid
  } finally {
    await client.end().catch(() => {})
  }
}
