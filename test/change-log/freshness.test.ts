import { expect, test } from 'vitest'
import { appliedHere, appliedTo } from '../../patterns/change-log/token/applied.ts'
import { applyRecords } from '../../patterns/change-log/consumer/apply.ts'
import { hasParked } from '../../patterns/change-log/consumer/parked.ts'
import { createSignal } from '../../patterns/change-log/signal.ts'
import type { Sql } from '../../contracts/sql.ts'
import { isFresh, mergeTokens, tokenOf } from '../../patterns/change-log/token/token.ts'
import { writeToOutbox } from '../../patterns/change-log/writer/insert-events.ts'
import { sees } from '../../patterns/change-log/snapshot.ts'
import { createWaiter } from '../../patterns/change-log/consumer/wait-fresh.ts'
import { NAME, openConsumer, transactOf, writingHandler } from './support/consumer-bed.ts'
import { openLog, readAll, tick, write } from './support/log-database.ts'
import { TIMEOUT_MS } from '../support/timeout.ts'

test('a reader is fresh for a write from the tick that contains it', async () => {
  await using log = await openLog()
  await using bed = await openConsumer(log.epoch)
  const { sql } = log.relay
  const slow = await log.database.session()
  await slow.sql('begin')
  const first = await write(slow.sql, 'a', 'slow')
  const second = await write(sql, 'b', 'fast')
  const token = mergeTokens(
    tokenOf('users', log.epoch, first ?? ''),
    tokenOf('users', log.epoch, second ?? ''),
  )
  const fresh = async (of: typeof token) => {
    const [here, there] = [await appliedHere(sql), await appliedTo(bed.session.sql, NAME)]
    return [here, there].map(
      (applied) => applied !== null && isFresh(of, new Map([['users', applied]]), new Map()),
    )
  }
  const consumeAll = async () => {
    const position = await bed.position()
    const records = await readAll(sql, position)
    await transactOf(bed.session)((tx) => applyRecords(tx, NAME, position, records, writingHandler()))
  }
  const quick = tokenOf('users', log.epoch, second ?? '')
  expect(await fresh(quick)).toEqual([false, false])
  await tick(sql)
  expect(await fresh(quick)).toEqual([true, false])
  await consumeAll()
  expect(await fresh(quick)).toEqual([true, true])
  expect(await fresh(token)).toEqual([false, false])
  await slow.sql('commit')
  expect(await fresh(token)).toEqual([false, false])
  await tick(sql)
  await consumeAll()
  expect(await fresh(token)).toEqual([true, true])
})

/** Of a consumer whose database fails or keeps silent for some of the looks; the first is 1. */
async function openWaiter(fault: (look: number) => 'silent' | 'rejects' | 'never begun' | null) {
  await using stack = new AsyncDisposableStack()
  const bed = stack.use(await openConsumer())
  let looks = 0
  const sql: Sql = (text, ...values) => {
    const found = fault(++looks)
    if (found === 'silent') return Promise.withResolvers<never>().promise
    if (found === 'never begun') return Promise.resolve([])
    return found ? Promise.reject(new Error('no database today')) : bed.session.sql(text, ...values)
  }
  const clock = () => performance.now()
  const waiter = createWaiter({ sql, name: NAME, committed: createSignal(), clock, pollMs: 5 })
  stack.use(waiter)
  const opened = stack.move()
  return {
    fresh: (waitMs: number) => waiter.fresh(['users', 7, ['50']], waitMs),
    looks: () => looks,
    /** As another process would. */
    arrive: () => bed.session.sql(`update consumer_offset set "offset" = 1, cur = '100:100:'`),
    beginNextEpoch: () => bed.session.sql('update consumer_offset set epoch = epoch + 1, "offset" = 0'),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

test('a reader is not fresh at the deadline if the database does not respond or fails', async () => {
  for (const fault of ['silent', 'rejects'] as const) {
    await using waiter = await openWaiter(() => fault)
    expect(await waiter.fresh(30)).toBe(false)
    expect(await waiter.fresh(0)).toBe(false)
  }
})

test('a failed query is repeated before the deadline', async () => {
  await using waiter = await openWaiter((look) =>
    look === 1 ? 'never begun' : look === 3 ? 'rejects' : null,
  )
  await waiter.arrive()
  expect(await waiter.fresh(TIMEOUT_MS)).toBe(true)
  expect(waiter.looks()).toBe(2)
  // The next look finds what was found before: the consumer has not moved.
  expect(await waiter.fresh(TIMEOUT_MS)).toBe(true)
})

/** The look that serves all who wait; what each asks first has been answered. */
function silentOnce(look: number) {
  return look === 1 ? 'never begun' : look === 2 ? 'silent' : null
}

test('a query without a response does not delay the deadline or later queries', async () => {
  await using waiter = await openWaiter(silentOnce)
  expect(await waiter.fresh(30)).toBe(false)
  expect(waiter.looks()).toBe(2)
  const later = waiter.fresh(TIMEOUT_MS)
  // That of its own, which did not find it.
  await expect.poll(() => waiter.looks()).toBeGreaterThan(2)
  await waiter.arrive()
  expect(await later).toBe(true)
})

test('a query without a response does not block a reader that waits long', async () => {
  await using waiter = await openWaiter(silentOnce)
  const waiting = waiter.fresh(TIMEOUT_MS)
  await expect.poll(() => waiter.looks()).toBe(2)
  await waiter.arrive()
  expect(await waiting).toBe(true)
})

test('a wait for a write of an older epoch ends once a later epoch is seen, even after the first look', async () => {
  await using waiter = await openWaiter((look) => (look === 1 ? 'rejects' : null))
  // Longer than this test may take.
  const waiting = waiter.fresh(3_600_000)
  await expect.poll(() => waiter.looks()).toBeGreaterThan(2)
  await waiter.beginNextEpoch()
  expect(await waiting).toBe(false)
  expect(await waiter.fresh(3_600_000)).toBe(false)
})

test('a write has the xmin of its snapshot, and transactions below it are visible to all who see the write', async () => {
  await using log = await openLog()
  const { sql } = log.relay
  const long = await log.database.session()
  await long.sql('begin')
  const old = (await write(long.sql, 'a', 'old')) ?? ''
  const event = { key: 'b', type: 'test', version: 1, payload: 1, touches: [] }
  const beside = await writeToOutbox(sql, [event], () => null)
  // Other tests have transactions in the same cluster, which may be older.
  expect(BigInt(beside?.floor ?? old + 1)).toBeLessThanOrEqual(BigInt(old))
  await long.sql('commit')
  const after = await writeToOutbox(sql, [event], () => null)
  expect(BigInt(after?.floor ?? 0)).toBeGreaterThan(0n)
  expect(BigInt(after?.floor ?? 0)).toBeLessThanOrEqual(BigInt(after?.xid ?? 0))
  const token = [beside, after].map((each) => tokenOf('users', log.epoch, each?.xid ?? '', each?.floor))
  const all = [tokenOf('users', log.epoch, old), ...token].reduce(mergeTokens)
  const named = [old, beside?.xid ?? '', after?.xid ?? '']
  expect(all.get('users')?.xids).toEqual(
    new Set(named.filter((xid) => BigInt(xid) >= BigInt(after?.floor ?? 0))),
  )
  await tick(sql)
  const applied = await appliedHere(sql)
  expect(applied && isFresh(all, new Map([['users', applied]]), new Map())).toBe(true)
  expect(applied && sees(applied.cur, BigInt(old))).toBe(true)
})

test('a parked key is reported as parked', async () => {
  await using bed = await openConsumer()
  expect(await hasParked(bed.session.sql, NAME)).toBe(false)
  await bed.session.sql(
    "insert into parked_key (consumer, source, key, reason) values ('counter', 'users', 'a', 'x')",
  )
  expect(await hasParked(bed.session.sql, NAME)).toBe(true)
  expect(await hasParked(bed.session.sql, { ...NAME, source: 'posts' })).toBe(false)
})
