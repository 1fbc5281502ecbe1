import { consumers } from '../../../cli/log/consumers.ts'
import { services, type Service } from '../../../contracts/topology.ts'
import type { Client } from 'pg'
import { openWays } from './nemeses/network.ts'
import { cure } from './nemeses/poison.ts'
import { forgetPrepared } from './nemeses/postgres.ts'
import { wakeAll } from './nemeses/processes.ts'
import { healRedis } from './nemeses/redis.ts'
import { asSuperuser, retry, pause, type ChaosSystem } from './nemesis.ts'

/** Maximum wait for a service to be ready, and for each reader to reach the end of its log. Milliseconds. */
const TIMEOUT_MS = 120_000

/** Ends all faults, and waits until all processes are ready. */
export async function heal(system: ChaosSystem): Promise<void> {
  openWays(system)
  for (const clock of Object.values(system.fleet.clocks)) await clock.set(0)
  wakeAll(system)
  await healRedis(system)
  await retry(() => forgetPrepared(system))
  for (const { process } of Object.values(system.fleet.members))
    await retry(() => process.ready(), TIMEOUT_MS)
  for (const service of services) await cure(system, service)
}

/** Waits until no transaction is open and every reader is at the end of its log. @returns what did not happen in time */
export async function drain(system: ChaosSystem): Promise<string[]> {
  const { servers } = system
  const faults: string[] = []
  const wait = async (what: string, condition: () => Promise<string | null>) => {
    const late = AbortSignal.timeout(TIMEOUT_MS)
    let reason: string | null = ''
    while (reason !== null) {
      reason = await condition().catch((error: unknown) => String(error))
      if (reason === null) return
      if (late.aborted) return void faults.push(`${what} within ${TIMEOUT_MS / 1_000} s: ${reason}`)
      await pause(100)
    }
  }
  await wait('the services did not end their transactions', () =>
    asSuperuser(servers.postgres.url, async (client) => {
      const { rows } = await client.query<{ query: string }>(UNDER_WAY)
      return rows[0]?.query ?? null
    }),
  )
  await wait('requests to follow were not decided', () => undecided(system))
  // Consumers write events too, which others read.
  for (const service of [...services, ...services, ...services]) {
    await wait(`the log of ${service} did not get all that was written`, () =>
      asSuperuser(servers.databaseUrls[service], async (client) => {
        const { rowCount } = await client.query(UNTICKED)
        return rowCount === 0 ? null : `${rowCount} rows are in no tick`
      }),
    )
    const end = await retry(() => asSuperuser(servers.databaseUrls[service], endOf))
    for (const [reader, url] of readersOf(system, service)) {
      await wait(`${reader} did not come to the end of the log of ${service}`, () =>
        asSuperuser(url, async (client) => {
          const { rows } = await client.query<End>(OFFSET, [reader, service])
          const [at] = rows
          const there = at && at.epoch === end.epoch && Number(at.offset) >= Number(end.offset)
          return there ? null : `it is at ${at?.epoch}-${at?.offset} of ${end.epoch}-${end.offset}`
        }),
      )
    }
  }
  return faults
}

function readersOf({ servers }: ChaosSystem, service: Service): [reader: string, url: string][] {
  const copier: [string, string] = ['chaos.copy', servers.copyUrls[service]]
  const known = consumers
    .filter(({ name }) => name.source === service)
    .map(({ name, database }): [string, string] => [name.consumer, servers.databaseUrls[database]])
  return [copier, ...known]
}

/** Requests to follow that do not wait for a person. */
async function undecided({ servers }: ChaosSystem): Promise<string | null> {
  const { users, followers } = servers.databaseUrls
  const idsIn = (url: string) =>
    asSuperuser(url, async (client) => {
      const { rows } = await client.query<{ id: string }>('select id from follow_request order by id')
      return rows.map(({ id }) => id).join(', ')
    })
  const [open, waiting] = [await idsIn(followers), await idsIn(users)]
  return open === waiting ? null : `open are ${open || 'none'}, and users lists ${waiting || 'none'}`
}

type End = { epoch: string; offset: string }

async function endOf(client: Client): Promise<End> {
  const { rows } = await client.query<End>(
    'select epoch, base + cnt as "offset" from tick order by n desc limit 1',
  )
  const [end] = rows
  if (!end) throw new Error('the log was not started')
  return end
}

/** Transactions of requests. Connections of the log and of consumers have other names. */
const UNDER_WAY = `
  select query from pg_stat_activity
  where datname like 'tessera_%' and application_name = '' and state <> 'idle' and backend_xid is not null
    and pid <> pg_backend_pid()`

const UNTICKED = `select 1 from outbox
  where not pg_visible_in_snapshot(xid, (select cur from tick order by n desc limit 1))`

const OFFSET = 'select epoch, "offset" from consumer_offset where consumer = $1 and source = $2'
