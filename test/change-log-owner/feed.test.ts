import { expect, test, vi } from 'vitest'
import { freshDatabase } from '../support/database.ts'
import {
  beginOf,
  feedOf,
  keysAfter,
  PATIENT,
  pretendRestored,
  untilReported,
  writeEvent,
} from './support/owned-log.ts'
import { ownRedis } from './support/own-redis.ts'
import { metric, openSql, readyz, signed, startService, type RunningService } from './support/service.ts'

async function startOwner(redisUrl?: string) {
  const stack = new AsyncDisposableStack()
  const database = stack.use(await freshDatabase('followers'))
  const { sql } = stack.use(await openSql(database.url))
  const options = { databaseUrl: database.url, env: { REDIS_URL: redisUrl } }
  const service = stack.use(await startService('followers', options))
  await untilReported(service, 'log', /^leading$/)
  return { service, sql, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

const report = (service: RunningService, body: string) =>
  fetch(`${service.url}/log/consumers`, { method: 'POST', headers: signed(service), body })

test('an event has the same offset in the feed and in the Redis stream', async () => {
  await using redis = await ownRedis()
  await redis.process.start()
  await using owner = await startOwner(redis.url)
  const begin = await beginOf(owner.sql)
  await writeEvent(owner.sql, 'alice')
  const feed = feedOf(owner.service)
  expect(await keysAfter(feed, begin, 1)).toEqual(['alice'])
  const page = await feed.read(begin, 1_000, 0)
  const records = page.kind === 'records' ? page.records : []
  const offset = records.find(({ kind }) => kind === 'event')?.offset
  await vi.waitFor(async () => {
    const id = `${begin.epoch}-${offset}`
    const entries = JSON.stringify(await redis.send('XRANGE', 'log:followers', id, id))
    expect(entries).toContain('alice')
  }, PATIENT)
})

test('only our own services can read the log or report to it', async () => {
  await using owner = await startOwner()
  const url = `${owner.service.url}/log?epoch=1&after=0`
  const unsigned = await fetch(url)
  expect(unsigned.status).toBe(401)
  expect(await unsigned.text()).toContain('/log is only for our own services')
  expect((await fetch(url, { headers: signed(owner.service, 'users') })).status).toBe(401)
  expect((await fetch(`${owner.service.url}/log/consumers`, { method: 'POST', body: '{}' })).status).toBe(401)
  expect((await fetch(url, { headers: signed(owner.service) })).status).toBe(200)
})

test('invalid requests get a 400 that says what was expected', async () => {
  await using owner = await startOwner()
  const response = await fetch(`${owner.service.url}/log?after=x`, { headers: signed(owner.service) })
  expect(response.status).toBe(400)
  expect(await response.text()).toContain('Expected ?epoch=…&after=…')
  const reported = await report(owner.service, 'not JSON')
  expect(reported.status).toBe(400)
  expect(await reported.text()).toContain('not JSON')
})

test('a consumer that reports its position is registered, and the metrics have its lag', async () => {
  await using owner = await startOwner()
  const begin = await beginOf(owner.sql)
  const response = await report(owner.service, JSON.stringify({ consumer: 'posts', ...begin }))
  expect(await response.json()).toEqual({ kept: true })
  await writeEvent(owner.sql, 'alice')
  await vi.waitFor(async () => {
    expect(
      await metric(owner.service, 'tessera_log_consumer_lag_records{database="followers",consumer="posts"}'),
    ).toBeGreaterThan(1)
    expect(
      await metric(owner.service, 'tessera_log_consumer_lag_seconds{database="followers",consumer="posts"}'),
    ).toBeGreaterThan(0)
    expect(
      await metric(owner.service, 'tessera_log_consumer_expired{database="followers",consumer="posts"}'),
    ).toBe(0)
  }, PATIENT)
  await report(owner.service, JSON.stringify({ consumer: 'posts', epoch: begin.epoch - 1, offset: 0 }))
  expect(
    await metric(owner.service, 'tessera_log_consumer_expired{database="followers",consumer="posts"}'),
  ).toBe(1)
  expect(
    await metric(owner.service, 'tessera_log_consumer_lag_records{database="followers",consumer="posts"}'),
  ).toBe(null)
})

test('a reader that waits for the next record does not prevent the service from stopping', async () => {
  await using owner = await startOwner()
  const { service } = owner
  const begin = await beginOf(owner.sql)
  // Nobody takes ticks any more, so nothing ends the wait.
  await pretendRestored(owner.sql)
  await untilReported(service, 'log', /^refused/)
  const at = await vi.waitFor(
    async () => (await metric(service, 'tessera_log_end_offset{database="followers"}')) ?? missing(),
    PATIENT,
  )
  const url = `${service.url}/log?epoch=${begin.epoch}&after=${at}&wait=30000`
  const waiting = fetch(url, { headers: signed(service) }).then((response) => response.text())
  // The request is under way once another one, sent after it, is answered.
  await readyz(service)
  await service.process.stop()
  expect(await waiting).toBe('{"kind":"records","records":[]}')
  expect(service.log()).not.toContain('did not stop')
})

function missing(): never {
  throw new Error('not there yet')
}

test('the metrics have the format of Prometheus', async () => {
  await using owner = await startOwner()
  const response = await fetch(`${owner.service.url}/metrics`)
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const sample =
    /^[a-zA-Z_:][\w:]*(\{(\w+="(\\.|[^"\\])*",?)+\})? (-?\d+(\.\d+)?(e[+-]?\d+)?|Nan|NaN|\+Inf|-Inf)$/
  expect(lines.filter((line) => !sample.test(line))).toEqual([])
  for (const name of ['end_offset', 'epoch', 'tick_age_seconds', 'outbox_rows', 'outbox_bytes'])
    expect(
      await metric(owner.service, `tessera_log_${name}{database="followers"}`),
      name,
    ).toBeGreaterThanOrEqual(0)
  expect(await metric(owner.service, 'tessera_log_relay_state{database="followers",state="leading"}')).toBe(1)
  expect(await metric(owner.service, 'tessera_log_relay_state{database="followers",state="refused"}')).toBe(0)
  expect(await metric(owner.service, 'process_cpu_seconds_total')).toBeGreaterThan(0)
})
