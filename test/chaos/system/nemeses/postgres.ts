import { services } from '../../../../contracts/topology.ts'
import { aWhile, asSuperuser, insist, pause, type Nemesis, type Stage } from '../stage.ts'

const nameOf = (url: string) => new URL(url).pathname.slice(1)

/** `pg_ctl stop -m immediate`: nothing is written out; what keeps it alive starts it, and it recovers. */
export const crashed: Nemesis = async ({ ground }) => {
  ground.postgres.killNow()
  await pause(1_000)
  await insist(() => asSuperuser(ground.postgres.url, (client) => client.query('select 1')))
  return 'Postgres stopped at once, and started'
}

/** Every connection to one database ends, whatever it was doing. */
export const terminated: Nemesis = async ({ ground }, random) => {
  const service = random.pick(services)
  const times = 1 + random.below(3)
  for (let i = 0; i < times; i++) {
    await insist(() =>
      asSuperuser(ground.postgres.url, (client) => client.query(TERMINATE, [`tessera_${service}`])),
    )
    await pause(300)
  }
  return `backends of ${service} terminated, ${times} times`
}

export const TERMINATE =
  'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()'

/** A writer that has an xid, in the service's own database, does nothing for long. */
export const idleWriter: Nemesis = async ({ ground }, random) => {
  const service = random.pick(services)
  const ms = aWhile(random, 4_000, 8_000)
  await insist(() =>
    asSuperuser(ground.databaseUrls[service], async (client) => {
      await client.query('begin')
      await client.query('select pg_current_xact_id()')
      await pause(ms)
      // Its connection may have been lost meanwhile.
      await client.query('rollback').catch(() => {})
    }),
  )
  return `a transaction idle in ${service} for ${ms} ms`
}

/** A transaction that was prepared in another database, and forgotten there. It outlasts a crash. */
export const orphan: Nemesis = async ({ ground }, random) => {
  const ms = aWhile(random, 4_000, 8_000)
  const name = `chaos orphan ${random.uint32()}`
  await insist(() =>
    asSuperuser(ground.postgres.url, async (client) => {
      await client.query('begin')
      await client.query('select pg_current_xact_id()')
      await client.query(`prepare transaction '${name}'`)
    }),
  )
  await pause(ms)
  await insist(() =>
    asSuperuser(ground.postgres.url, (client) => client.query(`rollback prepared '${name}'`)),
  )
  return `a transaction prepared in another database for ${ms} ms (${nameOf(ground.postgres.url)})`
}

/** Ends what an earlier nemesis may have left behind, as it was itself disturbed. */
export async function forgetPrepared({ ground }: Stage): Promise<void> {
  await asSuperuser(ground.postgres.url, async (client) => {
    const { rows } = await client.query<{ gid: string }>(
      'select gid from pg_prepared_xacts where database = current_database()',
    )
    for (const { gid } of rows) await client.query(`rollback prepared '${gid}'`)
  })
}
