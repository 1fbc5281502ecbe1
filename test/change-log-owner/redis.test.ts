import { expect, test, vi } from 'vitest'
import type { Sql } from '../../contracts/sql.ts'
import { keepEpoch } from '../../patterns/change-log/index.ts'
import { freshDatabase } from '../support/database.ts'
import { ownRedis, type OwnRedis } from './support/own-redis.ts'
import { beginOf, feedOf, keysAfter, PATIENT, untilReported, writeEvent } from './support/owned-log.ts'
import { openSql, readyz, startService, type RunningService } from './support/service.ts'

type Owner = { redis: OwnRedis; service: RunningService; sql: Sql; written: string[] }

/** @param address of Redis as the service is told it, for its right one. */
async function startOwner(address = (url: string) => url, started = true) {
  const stack = new AsyncDisposableStack()
  const redis = stack.use(await ownRedis())
  if (started) await redis.process.start()
  const database = stack.use(await freshDatabase('followers'))
  const { sql } = stack.use(await openSql(database.url))
  const service = stack.use(
    await startService('followers', { databaseUrl: database.url, env: { REDIS_URL: address(redis.url) } }),
  )
  await untilReported(service, 'log', /^leading$/)
  const owner: Owner = { redis, service, sql, written: [] }
  return { ...owner, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** Writes one more event: the service goes on, and it is in the feed. */
async function goesOn({ service, sql, written }: Owner): Promise<void> {
  written.push(`key-${written.length}`)
  await writeEvent(sql, written.at(-1) ?? '')
  expect(await keysAfter(feedOf(service), await beginOf(sql), written.length)).toEqual(written)
  expect((await readyz(service)).status).toBe('ready')
}

/** Waits until the last event is in the stream. */
async function reachesRedis({ redis, written }: Owner): Promise<void> {
  await vi.waitFor(async () => {
    const stream = JSON.stringify(await redis.send('XRANGE', 'log:followers', '-', '+'))
    expect(stream).toContain(`\\"${written.at(-1)}\\"`)
  }, PATIENT)
}

const timesSaid = ({ service }: Owner, text: string) => service.log().split(text).length - 1

const TROUBLE = 'the log cannot be copied to'
const AGAIN = 'receives the log again'

test('if Redis starts after the service, the log is copied to it', async () => {
  await using owner = await startOwner((url) => url, false)
  await untilReported(
    owner.service,
    'redis',
    /cannot be reached: .*ECONNREFUSED.*Start it, or correct REDIS_URL/,
  )
  await goesOn(owner)
  await owner.redis.process.start()
  await goesOn(owner)
  await reachesRedis(owner)
  await untilReported(owner.service, 'redis', /^ready$/)
  expect([timesSaid(owner, TROUBLE), timesSaid(owner, AGAIN)]).toEqual([1, 1])
})

test('a killed Redis is logged once, and the log is copied when it is back', async () => {
  await using owner = await startOwner()
  await goesOn(owner)
  await reachesRedis(owner)
  await owner.redis.process.kill()
  await untilReported(owner.service, 'redis', /cannot be reached/)
  await goesOn(owner)
  await goesOn(owner)
  await owner.redis.process.start()
  await goesOn(owner)
  await reachesRedis(owner)
  await untilReported(owner.service, 'redis', /^ready$/)
  expect([timesSaid(owner, TROUBLE), timesSaid(owner, AGAIN)]).toEqual([1, 1])
})

test('a wrong password is logged, and the service continues', async () => {
  await using owner = await startOwner((url) => url.replace('secret', 'other'))
  const state = await untilReported(owner.service, 'redis', /WRONGPASS/)
  expect(state).toContain('Correct the user and password in REDIS_URL.')
  expect(state).not.toContain('other')
  await goesOn(owner)
  await owner.redis.send('CONFIG', 'SET', 'requirepass', 'other')
  await untilReported(owner.service, 'redis', /^ready$/)
})

test.for([
  [
    'read-only',
    ['REPLICAOF', '127.0.0.1', '1'],
    ['REPLICAOF', 'NO', 'ONE'],
    /READONLY.*address of the primary/,
  ],
  [
    'out of memory',
    ['CONFIG', 'SET', 'maxmemory', '1'],
    ['CONFIG', 'SET', 'maxmemory', '0'],
    /OOM.*increase its maxmemory/,
  ],
] as const)(
  'a Redis that is %s affects only the stream, and only while it lasts',
  async ([, spoil, mend, shown]) => {
    await using owner = await startOwner()
    await goesOn(owner)
    await reachesRedis(owner)
    await owner.redis.send(...spoil)
    await goesOn(owner)
    await untilReported(owner.service, 'redis', shown)
    await goesOn(owner)
    await owner.redis.send(...mend)
    await goesOn(owner)
    await reachesRedis(owner)
    await untilReported(owner.service, 'redis', /^ready$/)
    expect([timesSaid(owner, TROUBLE), timesSaid(owner, AGAIN)]).toEqual([1, 1])
  },
)

test('a Redis that stops responding is skipped, and used again when it responds', async () => {
  await using owner = await startOwner()
  await goesOn(owner)
  await reachesRedis(owner)
  const pid = owner.redis.process.pid ?? 0
  process.kill(pid, 'SIGSTOP')
  try {
    await goesOn(owner)
    await untilReported(owner.service, 'redis', /no reply within/)
    await goesOn(owner)
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  await reachesRedis(owner)
  await untilReported(owner.service, 'redis', /^ready$/)
  expect([timesSaid(owner, TROUBLE), timesSaid(owner, AGAIN)]).toEqual([1, 1])
})

test('if another installation writes to the same Redis, the log stops until its epoch is kept, and this is logged once', async () => {
  await using stack = new AsyncDisposableStack()
  const redis = stack.use(await ownRedis())
  await redis.process.start()
  await redis.send('XADD', 'log:followers', '99999999999-5', 'r', '{}')
  const database = stack.use(await freshDatabase('followers'))
  const options = { databaseUrl: database.url, env: { REDIS_URL: redis.url } }
  const service = stack.use(await startService('followers', options))
  const state = await untilReported(service, 'log', /^refused/)
  expect(state).toMatch(/stream log:followers holds offset 5.*another installation writes there/)
  const { sql } = stack.use(await openSql(database.url))
  // It is refused again as long as Redis is the other's.
  const looks = async () =>
    Number(/xrevrange:calls=(\d+)/.exec(String(await redis.send('INFO', 'commandstats')))?.[1])
  const before = await looks()
  await vi.waitFor(async () => {
    expect(await keepEpoch(sql)).toBe(true)
    expect(await looks()).toBeGreaterThan(before + 1)
  }, PATIENT)
  expect(service.log().split('the log is refused').length - 1).toBe(1)
  expect(service.log()).not.toContain('this relay takes the ticks')
  await redis.send('DEL', 'log:followers')
  expect(await keepEpoch(sql)).toBe(true)
  await untilReported(service, 'log', /^leading$/)
})
