import { expect, test } from 'vitest'
import { serveFeed, MOST, type FeedOptions } from '../../patterns/change-log/owner/serve-feed.ts'
import { serveReport } from '../../patterns/change-log/owner/serve-report.ts'
import { feedReader } from '../../patterns/change-log/transports/feed-reader.ts'
import { listConsumers } from '../../patterns/change-log/owner/registration.ts'
import { createSignal } from '../../patterns/change-log/signal.ts'
import { openLog, tick, write } from './support/log-database.ts'

async function openFeed() {
  const log = await openLog()
  const ticked = createSignal()
  const options: FeedOptions = { sql: log.relay.sql, ticked, clock: () => performance.now(), pollMs: 60_000 }
  const ask = (query: Record<string, string>, gone?: AbortSignal) =>
    serveFeed(options, new URLSearchParams(query), gone)
  return { log, ticked, ask, [Symbol.asyncDispose]: () => log[Symbol.asyncDispose]() }
}

test.each([
  [{}],
  [{ epoch: '1' }],
  [{ epoch: '1', after: '-1' }],
  [{ epoch: '1', after: '1.5' }],
  [{ epoch: '1', after: '1', limit: '0' }],
  [{ epoch: '1', after: '1', wait: 'for ever' }],
  [{ epoch: '1', after: '9007199254740993' }],
])('a request %j is rejected with what was expected', async (query) => {
  const sql = () => Promise.reject(new Error('not to be asked'))
  const options = { sql, ticked: createSignal(), clock: () => 0 }
  const { status, body } = await serveFeed(options, new URLSearchParams(query))
  expect(status).toBe(400)
  expect(body).toContain('Expected ?epoch=…&after=…')
})

test('a waiting request gets a response at the next tick', async () => {
  await using feed = await openFeed()
  const { sql } = feed.log.relay
  const waiting = feed.ask({ epoch: String(feed.log.epoch), after: '1', wait: '20000' })
  await write(sql, 'k', 'a')
  await tick(sql)
  feed.ticked.raise()
  const { body } = await waiting
  expect(JSON.parse(body)).toMatchObject({
    kind: 'records',
    records: [{ payload: 'a' }, { kind: 'control' }],
  })
})

test('a request stops waiting when its client disconnects', async () => {
  await using feed = await openFeed()
  const gone = new AbortController()
  const waiting = feed.ask({ epoch: String(feed.log.epoch), after: '1', wait: '20000' }, gone.signal)
  gone.abort()
  expect(JSON.parse((await waiting).body)).toEqual({ kind: 'records', records: [] })
})

test('a response has at most the maximum number of records, whatever the request says', async () => {
  await using feed = await openFeed()
  const { sql } = feed.log.relay
  for (let i = 0; i < 3; i++) {
    await sql(
      `insert into outbox (key, type, version, payload, touches, headers)
       select 'k', 'test', 1, '0', null, '{}' from generate_series(1, 1900)`,
    )
    await tick(sql)
  }
  const { body } = await feed.ask({ epoch: String(feed.log.epoch), after: '1', limit: '999999' })
  const { records } = JSON.parse(body) as { records: unknown[] }
  expect(records.length).toBeLessThanOrEqual(MOST.limit)
  expect(records.length).toBeGreaterThan(1_900)
})

test.each([
  '<html>',
  '{}',
  '{"kind":"records"}',
  '{"kind":"records","records":[{"kind":"event","offset":9}]}',
  '[]',
])('an invalid page of a log (%s) is rejected', async (body) => {
  const reader = feedReader('http://feed', () => Promise.resolve(body))
  await expect(reader.read({ epoch: 1, offset: 1 }, 10, 0)).rejects.toThrow()
})

test('a report registers its consumer and returns whether its rows are retained; an invalid report is rejected', async () => {
  await using feed = await openFeed()
  const { sql } = feed.log.relay
  const report = { consumer: 'timeline', epoch: feed.log.epoch, offset: 1 }
  expect(await serveReport(sql, JSON.stringify(report))).toEqual({ status: 200, body: '{"kept":true}' })
  expect(await serveReport(sql, JSON.stringify({ ...report, epoch: 1 }))).toMatchObject({
    body: '{"kept":false}',
  })
  expect(await listConsumers(sql)).toMatchObject([{ name: 'timeline', epoch: 1, expired: true }])
  for (const bad of [
    '',
    'null',
    '{}',
    JSON.stringify({ ...report, offset: -1 }),
    JSON.stringify({ ...report, consumer: '' }),
  ])
    expect(await serveReport(sql, bad)).toMatchObject({ status: 400 })
})
