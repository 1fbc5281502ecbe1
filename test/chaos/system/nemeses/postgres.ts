import { services } from '../../../../contracts/topology.ts'
import { randomDuration, asSuperuser, retry, pause, type Nemesis, type ChaosSystem } from '../nemesis.ts'

const nameOf = (url: string) => new URL(url).pathname.slice(1)

/** `pg_ctl stop -m immediate`: nothing is flushed. The supervisor restarts it, and it recovers. */
export const crashed: Nemesis = async ({ servers }) => {
  servers.postgres.killNow()
  await pause(1_000)
  await retry(() => asSuperuser(servers.postgres.url, (client) => client.query('select 1')))
  return 'Postgres stopped at once, and started'
}

/** Terminates every connection to one database. */
export const terminated: Nemesis = async ({ servers }, random) => {
  const service = random.pick(services)
  const times = 1 + random.below(3)
  for (let i = 0; i < times; i++) {
    await retry(() =>
      asSuperuser(servers.postgres.url, (client) => client.query(TERMINATE, [`tessera_${service}`])),
    )
    await pause(300)
  }
  return `backends of ${service} terminated, ${times} times`
}

export const TERMINATE =
  'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()'

/** A transaction with an xid in the service's database stays idle for a long time. */
export const idleWriter: Nemesis = async ({ servers }, random) => {
  const service = random.pick(services)
  const ms = randomDuration(random, 4_000, 8_000)
  await retry(() =>
    asSuperuser(servers.databaseUrls[service], async (client) => {
      await client.query('begin')
      await client.query('select pg_current_xact_id()')
      await pause(ms)
      // Its connection may have been lost in the meantime.
      await client.query('rollback').catch(() => {})
    }),
  )
  return `a transaction idle in ${service} for ${ms} ms`
}

/** A prepared transaction in another database that is never finished. It survives a crash. */
export const orphan: Nemesis = async ({ servers }, random) => {
  const ms = randomDuration(random, 4_000, 8_000)
  const name = `chaos orphan ${random.uint32()}`
  await retry(() =>
    asSuperuser(servers.postgres.url, async (client) => {
      await client.query('begin')
      await client.query('select pg_current_xact_id()')
      await client.query(`prepare transaction '${name}'`)
    }),
  )
  await pause(ms)
  await retry(() =>
    asSuperuser(servers.postgres.url, (client) => client.query(`rollback prepared '${name}'`)),
  )
  return `a transaction prepared in another database for ${ms} ms (${nameOf(servers.postgres.url)})`
}

/** Removes what an earlier nemesis may have left behind if it was interrupted. */
export async function forgetPrepared({ servers }: ChaosSystem): Promise<void> {
  await asSuperuser(servers.postgres.url, async (client) => {
    const { rows } = await client.query<{ gid: string }>(
      'select gid from pg_prepared_xacts where database = current_database()',
    )
    for (const { gid } of rows) await client.query(`rollback prepared '${gid}'`)
  })
}
