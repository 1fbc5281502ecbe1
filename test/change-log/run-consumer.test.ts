import { expect, test } from 'vitest'
import { readConsumerPosition } from '../../patterns/change-log/consumer/consumer-position.ts'
import { bumpEpoch } from '../../patterns/change-log/owner/epoch.ts'
import { feedReader, getByFetch } from '../../patterns/change-log/transports/feed-reader.ts'
import { listConsumers } from '../../patterns/change-log/owner/registration.ts'
import type { Sql } from '../../contracts/sql.ts'
import { entry, COPIES, openCopyBed, same } from './support/copy-bed.ts'
import { openOwner } from './support/owner-bed.ts'
import { expire } from './support/running-log.ts'
import { TIMEOUT_MS } from '../support/timeout.ts'

test('a new consumer starts with the export, then follows the log', async () => {
  await using owner = await openOwner()
  await owner.add('a', 1)
  await owner.add('b', 2)
  await using bed = await openCopyBed(owner)
  const consumer = bed.consume()
  await same(owner, bed)
  const xid = await owner.add('a', 10)
  expect(await consumer.fresh(entry(owner, xid), TIMEOUT_MS)).toBe(true)
  expect(await bed.copy()).toEqual([
    { key: 'a', n: 11 },
    { key: 'b', n: 2 },
  ])
  expect(await consumer.status()).toMatchObject({ state: 'consuming', reason: null, parkedKeys: 0 })
})

test('the consumer waits for an owner that is down at the start, and this is logged once', async () => {
  await using owner = await openOwner()
  await owner.add('a', 1)
  owner.mode.export = 'down'
  await using bed = await openCopyBed(owner)
  let tries = 0
  const consumer = bed.consume({
    openExport: (stop) => {
      tries++
      return bed.openExport(stop)
    },
  })
  await expect.poll(() => tries).toBeGreaterThan(3)
  expect(bed.said).toEqual([expect.stringContaining('no export today')])
  expect(await consumer.status()).toMatchObject({ state: 'rebuilding', position: null })
  owner.mode.export = 'whole'
  await same(owner, bed)
  await expect.poll(async () => (await consumer.status()).state).toBe('consuming')
})

test('nothing is logged if the owner is down for one attempt only', async () => {
  await using owner = await openOwner()
  await owner.add('a', 1)
  owner.mode.export = 'down'
  await using bed = await openCopyBed(owner)
  let tries = 0
  bed.consume({
    openExport: (stop) => {
      if (++tries === 2) owner.mode.export = 'whole'
      return bed.openExport(stop)
    },
  })
  await same(owner, bed)
  expect(tries).toBe(2)
  expect(bed.said).toEqual([expect.stringContaining('the copy of users is built')])
})

test('a truncated export is never accepted as complete', async () => {
  await using owner = await openOwner()
  await owner.add('a', 1)
  await using bed = await openCopyBed(owner)
  owner.mode.export = 'cut'
  bed.consume()
  await expect.poll(() => bed.said.join()).toContain('truncated after 1 rows')
  expect(await bed.copy()).toEqual([])
  expect(await readConsumerPosition(bed.sql, COPIES)).toBeNull()
  owner.mode.export = 'whole'
  await same(owner, bed)
})

test('a consumer is rebuilt if the rows it needs are deleted', async () => {
  await using owner = await openOwner()
  await owner.add('a', 1)
  await using bed = await openCopyBed(owner)
  const first = bed.consume()
  await same(owner, bed)
  await first[Symbol.asyncDispose]()
  const left = await readConsumerPosition(bed.sql, COPIES)
  // Written and deleted while it was away. Its registration expires, as it is older than the oldest tick may be.
  for (let i = 0; i < 3; i++) await owner.add('a', 1)
  await expire(owner.log, left?.offset ?? 0)
  const second = bed.consume()
  await same(owner, bed)
  expect(bed.said).toContain('the copy of users is rebuilt: the log is expired')
  expect(await second.fresh(entry(owner, await owner.add('b', 7)), TIMEOUT_MS)).toBe(true)
  await same(owner, bed)
  expect((await readConsumerPosition(bed.sql, COPIES))?.build).toBe(2)
})

test('a consumer is rebuilt after a new epoch, and readers do not wait for older tokens', async () => {
  await using owner = await openOwner()
  await using bed = await openCopyBed(owner)
  const consumer = bed.consume()
  const old = entry(owner, await owner.add('a', 1))
  await same(owner, bed)
  const epoch = await bumpEpoch(owner.log.session.sql)
  await expect.poll(async () => (await readConsumerPosition(bed.sql, COPIES))?.epoch).toBe(epoch)
  // Longer than this test may take.
  expect(await consumer.fresh(old, 3_600_000)).toBe(false)
  const xid = await owner.add('a', 1)
  expect(await consumer.fresh(['users', epoch, [xid]], TIMEOUT_MS)).toBe(true)
  await same(owner, bed)
})

test('a waiting reader gets a result at the deadline, for a token that requires the source, and after cancellation', async () => {
  await using owner = await openOwner()
  await using bed = await openCopyBed(owner)
  const consumer = bed.consume()
  await same(owner, bed)
  const session = await owner.log.database.session()
  await session.sql('begin')
  const xid = await owner.add('a', 1, session)
  expect(await consumer.fresh(entry(owner, xid), 30)).toBe(false)
  expect(await consumer.fresh(['users', owner.log.epoch, null], 3_600_000)).toBe(false)
  const gone = new AbortController()
  const waiting = consumer.fresh(entry(owner, xid), TIMEOUT_MS, gone.signal)
  gone.abort()
  expect(await waiting).toBe(false)
  const patient = consumer.fresh(entry(owner, xid), TIMEOUT_MS)
  await session.sql('commit')
  expect(await patient).toBe(true)
})

test('one of two processes consumes, and readers of both are fresh for what is applied', async () => {
  await using owner = await openOwner()
  await using bed = await openCopyBed(owner)
  const consumers = [bed.consume(), bed.consume()]
  for (let i = 0; i < 20; i++) {
    const xid = await owner.add(`k${i % 3}`, 1)
    expect(
      await Promise.all(consumers.map((consumer) => consumer.fresh(entry(owner, xid), TIMEOUT_MS))),
    ).toEqual([true, true])
    const copy = await bed.copy()
    expect(copy).toEqual(await owner.state())
  }
  expect(bed.said.filter((said) => said.includes('is built:'))).toHaveLength(1)
})

test('a process logs that another one builds the copy, and follows the copy from then on', async () => {
  await using owner = await openOwner()
  await owner.add('a', 1)
  await using bed = await openCopyBed(owner)
  const building = Promise.withResolvers<void>()
  const free = Promise.withResolvers<void>()
  const openExport = async (stop: AbortSignal) => {
    building.resolve()
    await free.promise
    return bed.openExport(stop)
  }
  const first = bed.consume({ openExport })
  await building.promise
  const second = bed.consume({ openExport: () => Promise.reject(new Error('the first one builds it')) })
  await expect.poll(() => second.status()).toMatchObject({ state: 'rebuilding', reason: 'never begun' })
  free.resolve()
  await same(owner, bed)
  for (const consumer of [first, second]) {
    await expect.poll(() => consumer.status()).toMatchObject({ state: 'consuming', reason: null })
  }
})

test('the copy is not reported as followed while another process rebuilds it after a new epoch', async () => {
  await using owner = await openOwner()
  await using bed = await openCopyBed(owner)
  const former = bed.consume()
  await same(owner, bed)
  await expect.poll(() => readConsumerPosition(bed.sql, COPIES)).not.toBeNull()
  await former[Symbol.asyncDispose]()
  const epoch = await bumpEpoch(owner.log.session.sql)
  const building = Promise.withResolvers<void>()
  const free = Promise.withResolvers<void>()
  bed.consume({
    openExport: async (stop) => {
      building.resolve()
      await free.promise
      return bed.openExport(stop)
    },
  })
  await building.promise
  const states: string[] = []
  const feed = feedReader(`${owner.url}/log`, getByFetch)
  const second = bed.consume({
    feed: {
      async read(...asked) {
        states.push((await second.status()).state)
        return feed.read(...asked)
      },
    },
  })
  await expect.poll(() => states.length).toBeGreaterThan(4)
  // The first is what it is before it knows.
  expect(new Set(states.slice(1))).toEqual(new Set(['rebuilding']))
  free.resolve()
  await expect
    .poll(() => second.status())
    .toMatchObject({ state: 'consuming', reason: null, position: { epoch } })
})

test('if its own database is down at the start, the status names it until it is back', async () => {
  await using owner = await openOwner()
  await using bed = await openCopyBed(owner)
  const former = bed.consume()
  await owner.add('a', 1)
  await same(owner, bed)
  await former[Symbol.asyncDispose]()
  bed.said.length = 0
  let down = true
  let tries = 0
  const sql: Sql = (text, ...values) => {
    tries++
    return down ? Promise.reject(new Error('no database today')) : bed.sql(text, ...values)
  }
  const consumer = bed.consume({ sql })
  const told = ['copies cannot read its position in the log of users: Error: no database today']
  await expect.poll(() => bed.said).toEqual(told)
  const until = tries + 5
  await expect.poll(() => tries).toBeGreaterThan(until)
  expect(bed.said).toEqual(told)
  down = false
  expect(await consumer.fresh(entry(owner, await owner.add('a', 1)), TIMEOUT_MS)).toBe(true)
  expect(await consumer.status()).toMatchObject({ state: 'consuming', reason: null })
})

test('one query serves all waiting readers', async () => {
  await using owner = await openOwner()
  await using bed = await openCopyBed(owner)
  const consumer = bed.consume({ reportPositionMs: 1_000_000, pollMs: 20 })
  await same(owner, bed)
  const session = await owner.log.database.session()
  await session.sql('begin')
  const xid = await owner.add('a', 1, session)
  const MANY = 200
  const waiting = Array.from({ length: MANY }, () => consumer.fresh(entry(owner, xid), 200))
  const before = bed.statements()
  expect(new Set(await Promise.all(waiting))).toEqual(new Set([false]))
  // Each has looked once when it came, before; then one looks for all of them, every 20 ms and after each commit.
  expect(bed.statements() - before).toBeLessThan(MANY)
  await session.sql('rollback')
})

test('the consumer reports its position to the owner', async () => {
  await using owner = await openOwner()
  await using bed = await openCopyBed(owner)
  bed.consume()
  await owner.add('a', 1)
  await expect
    .poll(async () => {
      const at = await readConsumerPosition(bed.sql, COPIES)
      const [told] = await listConsumers(owner.log.session.sql)
      return at && told?.name === 'copies' && told.offset >= 2 && told.epoch === at.epoch
    })
    .toBe(true)
})
