import { expect, test } from 'vitest'
import { beginConsumer } from '../../patterns/change-log/consumer/consumer-offset.ts'
import { listParked } from '../../patterns/change-log/consumer/parked.ts'
import { redrive } from '../../patterns/change-log/consumer/redrive.ts'
import { rebuild } from '../../patterns/change-log/export/export.ts'
import { createSignal } from '../../patterns/change-log/signal.ts'
import { NAME, transactOf } from './support/consumer-bed.ts'
import { NEVER_MS, openTwoLogs, OTHER, waitingHandler } from './support/two-logs.ts'

test('two logs whose first batches wait for each other are both applied', async () => {
  await using logs = await openTwoLogs('a1 a2 |', 'b1 b2 |')
  const handler = waitingHandler({ a2: 'b1', b2: 'a2' })
  await Promise.all([logs.start(NAME, handler), logs.start(OTHER, handler)])
  await expect.poll(async () => (await logs.bed.effects()).toSorted()).toEqual(['a1', 'a2', 'b1', 'b2'])
  const effects = await logs.bed.effects()
  expect(effects.indexOf('b1')).toBeLessThan(effects.indexOf('a2'))
  expect(effects.indexOf('a2')).toBeLessThan(effects.indexOf('b2'))
  expect(await listParked(logs.bed.session.sql, NAME)).toEqual([])
})

test('events before a waiting event are committed, later ones wait, and nothing is parked', async () => {
  await using logs = await openTwoLogs('a1 c1 a2 c2 |', '')
  const handler = waitingHandler({ a2: 'b1' })
  await logs.start(NAME, handler)
  expect(await logs.waits(NAME)).toBe('b1 is not there')
  expect(await logs.bed.effects()).toEqual(['a1', 'c1'])
  expect(await logs.status(NAME)).toMatchObject({ position: { offset: 2 }, parkedKeys: 0 })
  logs.posts.append('b1 |')
  await logs.start(OTHER, handler)
  expect(await logs.applied(5)).toEqual(['a1', 'c1', 'b1', 'a2', 'c2'])
  await expect.poll(() => logs.status(NAME)).toMatchObject({ position: { offset: 5 }, waiting: null })
})

test('if the first event of a batch waits, nothing is committed, and it is retried once for each move of another log', async () => {
  await using logs = await openTwoLogs('a1 |', '')
  const tries: string[] = []
  const handler = waitingHandler({ a1: 'b2' }, { tries })
  await logs.start(NAME, handler, { pollMs: 1 })
  await logs.waits(NAME)
  // The second one is made as the other log may have moved during the first.
  expect(tries).toHaveLength(2)
  expect(await logs.bed.position()).toMatchObject({ offset: 0 })
  await logs.start(OTHER, handler, { batch: 1 })
  for (const [record, count] of [
    ['|', 3],
    ['b1', 4],
  ] as const) {
    logs.posts.append(record)
    await expect.poll(() => tries.length).toBe(count)
  }
  logs.posts.append('b2')
  expect(await logs.applied(3)).toEqual(['b1', 'b2', 'a1'])
  expect(tries).toHaveLength(5)
})

test('an event with a parked key is parked too, even if it would wait', async () => {
  await using logs = await openTwoLogs('a1 a2 c1 |', '')
  await logs.start(NAME, waitingHandler({ a2: 'b1' }, { poison: new Set(['a1']) }), { batch: 1 })
  expect(await logs.applied(1)).toEqual(['c1'])
  expect(await listParked(logs.bed.session.sql, NAME)).toMatchObject([{ key: 'a', events: 2 }])
  const transact = transactOf(logs.bed.session)
  const handler = waitingHandler({ a2: 'b1' })
  expect(await redrive(transact, NAME, 'a', handler)).toEqual({
    kind: 'parked',
    events: 1,
    reason: 'NotYet: b1 is not there',
  })
  expect(await listParked(logs.bed.session.sql, NAME)).toMatchObject([{ key: 'a', events: 1 }])
  await logs.start(OTHER, handler)
  logs.posts.append('b1')
  expect(await logs.applied(3)).toEqual(['c1', 'a1', 'b1'])
  expect(await redrive(transact, NAME, 'a', handler)).toEqual({ kind: 'done', events: 1 })
})

test('in a batch with a poison event as well, that event is parked and the order is kept', async () => {
  await using logs = await openTwoLogs('a1 c1 a2 d1 |', '')
  const handler = waitingHandler({ a2: 'b1' }, { poison: new Set(['c1']) })
  await logs.start(NAME, handler)
  await logs.waits(NAME)
  expect(await logs.bed.effects()).toEqual(['a1'])
  expect(await listParked(logs.bed.session.sql, NAME)).toMatchObject([{ key: 'c', events: 1 }])
  expect(await logs.bed.position()).toMatchObject({ offset: 2 })
  logs.posts.append('b1')
  await logs.start(OTHER, handler)
  expect(await logs.applied(4)).toEqual(['a1', 'b1', 'a2', 'd1'])
})

test('several waiting events are applied in the order of the log', async () => {
  await using logs = await openTwoLogs('a1 c1 d1 |', 'b1 b2 |')
  const handler = waitingHandler({ a1: 'b1', c1: 'b2', b2: 'a1' })
  await Promise.all([logs.start(NAME, handler), logs.start(OTHER, handler)])
  expect(await logs.applied(5)).toEqual(['b1', 'a1', 'b2', 'c1', 'd1'])
})

test('with two processes for each log, each event is applied once and in order', async () => {
  await using logs = await openTwoLogs('a1 a2 | a3 a4 |', 'b1 b2 | b3 b4 |')
  const handler = waitingHandler({ a2: 'b1', b2: 'a2', a4: 'b3', b4: 'a4' })
  // Signals of their own: as in other processes, each has to look.
  const options = () => ({ batch: 2, pollMs: 1, moved: createSignal() })
  await Promise.all([NAME, NAME, OTHER, OTHER].map((name) => logs.start(name, handler, options())))
  await expect.poll(async () => (await logs.bed.effects()).length).toBe(8)
  const effects = await logs.bed.effects()
  expect(effects.filter((payload) => payload.startsWith('a'))).toEqual(['a1', 'a2', 'a3', 'a4'])
  expect(effects.filter((payload) => payload.startsWith('b'))).toEqual(['b1', 'b2', 'b3', 'b4'])
  for (const [first, then] of [
    ['b1', 'a2'],
    ['a2', 'b2'],
    ['b3', 'a4'],
    ['a4', 'b4'],
  ] as const)
    expect(effects.indexOf(first)).toBeLessThan(effects.indexOf(then))
})

test('a log of the same process wakes its waiters without polling', async () => {
  await using logs = await openTwoLogs('a1 |', '')
  const handler = waitingHandler({ a1: 'b1' })
  await logs.start(NAME, handler, { pollMs: NEVER_MS })
  await logs.waits(NAME)
  await logs.start(OTHER, handler)
  logs.posts.append('b1')
  expect(await logs.applied(2)).toEqual(['b1', 'a1'])
})

test('a waiting consumer stops immediately', async () => {
  await using logs = await openTwoLogs('a1 a2 |', '')
  const { stop, ended } = await logs.start(NAME, waitingHandler({ a2: 'b1' }), { pollMs: NEVER_MS })
  await logs.waits(NAME)
  stop.abort()
  expect(await ended).toBe('stopped')
  expect(await logs.bed.effects()).toEqual(['a1'])
})

test('an event that waits forever is logged once, and its age includes the time before a restart', async () => {
  await using logs = await openTwoLogs('a1 |', '')
  const tries: string[] = []
  const handler = waitingHandler({ a1: 'b1' }, { tries })
  const first = await logs.start(NAME, handler, { waitingMs: 20 })
  await expect.poll(() => tries.length).toBeGreaterThan(6)
  first.stop.abort()
  await first.ended
  expect(logs.said).toEqual(['offset 1 of users (test) waits: b1 is not there'])
  await logs.bed.session.sql("update consumer_offset set waiting_since = waiting_since - interval '1 hour'")
  const before = tries.length
  await logs.start(NAME, handler, { waitingMs: 20 })
  await expect.poll(() => tries.length).toBeGreaterThan(before + 2)
  const { waiting } = await logs.status(NAME)
  expect(waiting?.reason).toBe('b1 is not there')
  expect(waiting?.ms).toBeGreaterThan(3_600_000)
})

test.each(['other-epoch', 'expired'] as const)(
  'a log that is %s while its event waits is detected',
  async (end) => {
    await using logs = await openTwoLogs('a1 |', '')
    const { ended } = await logs.start(NAME, waitingHandler({ a1: 'b1' }), { waitingMs: 20 })
    await logs.waits(NAME)
    logs.users.become(end)
    expect(await ended).toBe(end)
  },
)

test('a consumer that is rebuilt while its event waits continues after the rebuild without waiting', async () => {
  await using logs = await openTwoLogs('a1 a2 |', '')
  await logs.start(NAME, waitingHandler({ a1: 'b1' }), { waitingMs: 20 })
  await logs.waits(NAME)
  const position = { epoch: 7, offset: 1 }
  const start = { position, cur: '52:52:', time: 0, snapshot: '52:52:' }
  await rebuild(transactOf(logs.bed.session), NAME, start, async (tx) => {
    await tx("insert into effect (payload) values ('a1')")
  })
  expect(await logs.applied(2)).toEqual(['a1', 'a2'])
  expect((await logs.status(NAME)).waiting).toBeNull()
})

test('moves of another consumer do not cause a retry', async () => {
  await using logs = await openTwoLogs('a1 |', '')
  const tries: string[] = []
  await logs.start(NAME, waitingHandler({ a1: 'b1' }, { tries }), { pollMs: 1 })
  await logs.waits(NAME)
  await beginConsumer(
    logs.bed.session.sql,
    { consumer: 'somebody', source: 'posts' },
    { epoch: 7, offset: 5 },
  )
  // This one is told of once the other was looked at.
  await logs.start(OTHER, waitingHandler({}))
  logs.posts.append('|')
  await expect.poll(() => tries.length).toBe(3)
})
