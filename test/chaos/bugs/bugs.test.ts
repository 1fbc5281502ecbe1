import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { startEmbeddedPostgres } from '../../../local/postgres/start.ts'
import { openRedis } from '../../change-log/support/redis.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { PLANT_NAMES } from '../loader/plants.ts'
import { CACHE_BUGS } from '../caches/cache-bugs.ts'
import { REACTOR_BUGS } from '../reactors/reactor-bugs.ts'
import { RELATION_BUGS } from '../relations/relation-bugs.ts'
import { connect } from '../support/sessions.ts'
import type { Servers } from './bed.ts'
import { BUGS } from './bugs.ts'
import { faultsOf, runBug, tableOf, type Caught } from './run-bug.ts'

const open = new AsyncDisposableStack()
const caught: Caught[] = []
let servers: Servers

beforeAll(async () => {
  const redis = open.use(await openRedis())
  const durable = Promise.withResolvers<{ superuserUrl: string }>()
  startDurable().then(durable.resolve, durable.reject)
  servers = {
    superuserUrl: inject('superuserUrl'),
    redisUrl: redis.url,
    durable: () => durable.promise,
  }
})

afterAll(async () => {
  await open.disposeAsync()
  process.stderr.write(`\n${tableOf(caught)}\n`)
})

/** Settings that postpone all other writes to disk. */
async function startDurable(): Promise<{ superuserUrl: string }> {
  const folder = open.use(await temporaryFolder())
  const password = randomBytes(12).toString('hex')
  const { url } = open.use(await startEmbeddedPostgres({ dataDir: folder.path, password, log: () => {} }))
  const client = await connect(url)
  for (const setting of ['autovacuum = off', 'bgwriter_lru_maxpages = 0'])
    await client.query(`alter system set ${setting}`)
  await client.query('select pg_reload_conf()')
  await client.end()
  return { superuserUrl: url }
}

/** Scenarios with their own server come last, because it takes some seconds to start. */
const IN_ORDER = BUGS.toSorted((a, b) => Number(a.crashes ?? false) - Number(b.crashes ?? false))

test('every bug that can be planted has a scenario', () => {
  const bugs = [...BUGS, ...REACTOR_BUGS, ...CACHE_BUGS, ...RELATION_BUGS].map(({ plant }) => plant)
  expect(bugs.toSorted()).toEqual(PLANT_NAMES.toSorted())
})

// A scenario takes seconds. The rest of the timeout is for a busy machine.
test.each(IN_ORDER)('$bug: is found, and nothing is found without it', async (bug) => {
  const run = await runBug(servers, bug)
  caught.push(run)
  expect(run.clean.verdicts.filter(({ faults }) => faults.length > 0)).toEqual([])
  expect(faultsOf(run), run.planted.printed).not.toEqual([])
})
