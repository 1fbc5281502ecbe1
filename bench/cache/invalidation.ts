import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'
import { formatId } from '../../contracts/ids.ts'
import { renaming } from '../change-log/system/mutations.ts'
import { COMMITS, RECORD_WRITES } from '../change-log/system/effects.ts'
import { runPaced } from '../change-log/system/paced-load.ts'
import { requireSuccess } from '../change-log/system/mutations.ts'
import type { Person } from '../change-log/system/people.ts'
import { runSql } from '../system/sql.ts'
import { followArrivals } from './log-lag.ts'
import type { CachedSystem } from './open-system.ts'

const WRITES_PER_SECOND = 200
/** Time between two reads of one value through one gateway. */
const POLL_MS = 2
/** A value is new for good when so many responses in a row have it. */
const IN_A_ROW = 3
const CONNECTIONS = 128

/**
 * Milliseconds from the commit of each write, ascending.
 *
 * - `gateways`: until a value was read through both gateways for the first time after the last old one. So it includes up to
 *   `POLL_MS`
 * - `log`: until the event arrived in another process
 */
export type InvalidationWindow = { gateways: number[]; log: number[]; perSecond: number; oldReads: number }

type Write = { id: string; version: number; newFrom: number; oldReads: number }

/** Wall clock in milliseconds with fractions: Postgres stamps commits by the same clock. */
const now = () => performance.timeOrigin + performance.now()

/** Changes a name 200 times a second through the gateways, while both are asked for it all the time. */
export async function openInvalidation({ system, servers, gateways, writers }: CachedSystem) {
  const usersUrl = system.databaseUrls.users
  await runSql(usersUrl, RECORD_WRITES)
  const handles = new Map(writers.map(({ id }, i) => [id, `person_${i}`]))

  async function window(milliseconds: number): Promise<InvalidationWindow> {
    await runSql(usersUrl, 'truncate version_written')
    await using stack = new AsyncDisposableStack()
    const pools = gateways.map((url) =>
      stack.adopt(new Pool(new URL(url).origin, { connections: CONNECTIONS, pipelining: 1 }), (pool) =>
        pool.destroy(),
      ),
    )
    const log = stack.use(await followArrivals(system, servers.redisUrl))
    const writes: Write[] = []
    const free = freeOf(writers)
    let i = 0
    const pace = { perSecond: WRITES_PER_SECOND, ms: milliseconds }
    const { perSecond } = await runPaced(pace, async () => {
      const person = await free.take()
      const pool = pools[i % pools.length] as Pool
      const handle = handles.get(person.id) ?? ''
      // Both gateways have the old value in their caches.
      const before = await Promise.all(pools.map((each) => readVersion(each, handle)))
      const version = Math.max(...before) + 1
      const polling = pools.map((each) => pollUntilNew(each, handle, version))
      await write(pool, person, renaming(Date.now() * 1_000 + i++))
      const polled = await Promise.all(polling)
      free.giveBack(person)
      writes.push({
        id: person.id,
        version,
        newFrom: Math.max(...polled.map(({ newFrom }) => newFrom)),
        oldReads: polled.reduce((sum, { oldReads }) => sum + oldReads, 0),
      })
    })
    const [commits, arrivals] = await Promise.all([commitsIn(usersUrl), log.all()])
    const keyOf = ({ id, version }: Write) => `${id} ${version}`
    const sinceCommit = (written: Write, at = Number.NaN) => at - (commits.get(keyOf(written)) ?? Number.NaN)
    return {
      gateways: ascending(writes.map((written) => Math.max(0, sinceCommit(written, written.newFrom)))),
      log: ascending(writes.map((written) => sinceCommit(written, arrivals.get(keyOf(written))))),
      perSecond,
      oldReads: writes.reduce((sum, { oldReads }) => sum + oldReads, 0),
    }
  }
  return window
}

/** Each is taken by one write at a time. If all are taken, the rate is not reached. */
function freeOf(all: readonly Person[]) {
  const free = [...all]
  const waiting: ((person: Person) => void)[] = []
  return {
    take: async (): Promise<Person> => free.shift() ?? new Promise((resolve) => waiting.push(resolve)),
    giveBack(person: Person): void {
      const next = waiting.shift()
      if (next) next(person)
      else free.push(person)
    },
  }
}

function ascending(values: number[]): number[] {
  if (values.some((value) => !Number.isFinite(value)))
    throw new Error('A write has no commit, or its event did not arrive.')
  return values.toSorted((a, b) => a - b)
}

const QUERY = 'query ($handle: String!) { user(handle: $handle) { name version } }'

async function readVersion(pool: Pool, handle: string): Promise<number> {
  const body = JSON.stringify({ query: QUERY, variables: { handle } })
  const headers = { 'content-type': 'application/json' }
  const response = await pool.request({ method: 'POST', path: '/graphql', headers, body })
  const { data } = (await response.body.json()) as { data?: { user: { version: number } | null } }
  if (!data?.user) throw new Error(`there is no user ${handle}`)
  return data.user.version
}

/** @returns when the first of the last reads was sent, which all had the new value */
async function pollUntilNew(
  pool: Pool,
  handle: string,
  version: number,
): Promise<{ newFrom: number; oldReads: number }> {
  let newFrom = 0
  let oldReads = 0
  for (let inARow = 0; inARow < IN_A_ROW;) {
    const sentAt = now()
    if ((await readVersion(pool, handle)) < version) {
      inARow = 0
      oldReads++
    } else if (inARow++ === 0) newFrom = sentAt
    await delay(POLL_MS)
  }
  return { newFrom, oldReads }
}

async function write(pool: Pool, { token }: Person, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const response = await pool.request({ method: 'POST', path: '/graphql', headers, body })
  requireSuccess(`HTTP/1.1 ${response.statusCode}`, Buffer.from(await response.body.arrayBuffer()))
}

/** When each version was committed: milliseconds since 1970, by the id of the user and the version. */
async function commitsIn(url: string): Promise<Map<string, number>> {
  const rows = await runSql(url, COMMITS)
  return new Map(
    rows.map(({ id, version, at }) => [
      `${formatId('user', String(id))} ${String(version)}`,
      Number(at) / 1_000,
    ]),
  )
}
