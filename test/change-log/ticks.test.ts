import { expect, test } from 'vitest'
import { takeTick } from '../../patterns/change-log/owner/tick.ts'
import { names, openLog, openLogDatabase, readAll, tick, write } from './support/log-database.ts'

test('an event whose transaction commits after a later one was read is not lost', async () => {
  await using log = await openLog()
  const [slow, fast] = [await log.database.session(), await log.database.session()]
  await slow.sql('begin')
  await write(slow.sql, 'a', 'seq1')
  await write(fast.sql, 'b', 'seq2')
  await tick(log.relay.sql)
  await slow.sql('commit')
  await tick(log.relay.sql)
  expect(names(await readAll(log.relay.sql, { epoch: log.epoch, offset: 0 }))).toBe('| seq2 | seq1 |')
})

test('events of one aggregate keep their order when the older transaction writes last', async () => {
  await using log = await openLog()
  const [early, late] = [await log.database.session(), await log.database.session()]
  await early.sql('begin')
  await early.sql('select pg_current_xact_id()')
  await write(late.sql, 'stream', 'v1')
  await write(early.sql, 'stream', 'v2')
  await early.sql('commit')
  await tick(log.relay.sql)
  expect(names(await readAll(log.relay.sql, { epoch: log.epoch, offset: 0 }))).toBe('| v1 v2 |')
})

test('a newer transaction with a lower seq that commits later is not lost', async () => {
  await using log = await openLog()
  const [older, newer] = [await log.database.session(), await log.database.session()]
  await older.sql('begin')
  await older.sql('select pg_current_xact_id()')
  await newer.sql('begin')
  await write(newer.sql, 'a', 'newer')
  await write(older.sql, 'b', 'older')
  await older.sql('commit')
  await tick(log.relay.sql)
  await newer.sql('commit')
  await tick(log.relay.sql)
  expect(names(await readAll(log.relay.sql, { epoch: log.epoch, offset: 0 }))).toBe('| older | newer |')
})

test('a long or in-doubt transaction, here or in another database, does not delay others', async () => {
  await using log = await openLog()
  await using elsewhere = await openLogDatabase()
  const [foreign, doubtful, long, quick] = [
    await elsewhere.session(),
    await log.database.session(),
    await log.database.session(),
    await log.database.session(),
  ]
  await foreign.sql('begin')
  await write(foreign.sql, 'f', 'foreign')
  await foreign.sql("prepare transaction 'log-foreign'")
  await doubtful.sql('begin')
  await write(doubtful.sql, 'd', 'doubtful')
  await doubtful.sql("prepare transaction 'log-doubtful'")
  await long.sql('begin')
  await write(long.sql, 'l', 'long')
  await write(quick.sql, 'q', 'quick1')
  await tick(log.relay.sql)
  await write(quick.sql, 'q', 'quick2')
  await tick(log.relay.sql)
  await long.sql('commit')
  await tick(log.relay.sql)
  await doubtful.sql("commit prepared 'log-doubtful'")
  await tick(log.relay.sql)
  await foreign.sql("rollback prepared 'log-foreign'")
  const records = await readAll(log.relay.sql, { epoch: log.epoch, offset: 0 })
  expect(names(records)).toBe('| quick1 | quick2 | long | doubtful |')
})

test('rolled back events, in full or to a savepoint, never appear and use no offset', async () => {
  await using log = await openLog()
  const writer = await log.database.session()
  await writer.sql('begin')
  await write(writer.sql, 'a', 'kept1')
  await writer.sql('savepoint s')
  await write(writer.sql, 'a', 'undone')
  await writer.sql('rollback to s')
  await write(writer.sql, 'a', 'kept2')
  await tick(log.relay.sql)
  await writer.sql('commit')
  await writer.sql('begin')
  await write(writer.sql, 'a', 'aborted')
  await tick(log.relay.sql)
  await writer.sql('rollback')
  await tick(log.relay.sql)
  const records = await readAll(log.relay.sql, { epoch: log.epoch, offset: 0 })
  expect(names(records)).toBe('| | kept1 kept2 | |')
  expect(records.map(({ offset }) => offset)).toEqual([1, 2, 3, 4, 5, 6])
})

test('the content of a tick never changes, whatever is committed after it', async () => {
  await using log = await openLog()
  const [open, writer] = [await log.database.session(), await log.database.session()]
  await open.sql('begin')
  await write(open.sql, 'o', 'open')
  await write(writer.sql, 'w', 'w1', 'w2')
  await tick(log.relay.sql)
  const before = await readAll(log.relay.sql, { epoch: log.epoch, offset: 0 })
  await write(writer.sql, 'w', 'w3')
  await open.sql('commit')
  await tick(log.relay.sql)
  const after = await readAll(log.relay.sql, { epoch: log.epoch, offset: 0 })
  expect(names(after)).toBe('| w1 w2 | open w3 |')
  expect(after.slice(0, before.length)).toEqual(before)
})

test('events written before the log was started are at its beginning', async () => {
  await using database = await openLogDatabase()
  const { sql } = await database.session()
  await write(sql, 'a', 'first')
  const { startLog } = await import('../../patterns/change-log/owner/epoch.ts')
  await startLog(sql)
  const { epoch } = await tick(sql)
  expect(names(await readAll(sql, { epoch, offset: 0 }))).toBe('| first |')
})

test('if two relays take the same tick, one succeeds and the other gets a conflict', async () => {
  await using log = await openLog()
  const [a, b] = [await log.database.session(), await log.database.session()]
  await write(a.sql, 'a', 'x')
  // The first holds its tick in a transaction, so that the second must meet it at the primary key.
  await a.sql('begin')
  const first = await takeTick(a.sql, 1, true)
  const second = takeTick(b.sql, 1, true)
  await a.sql('commit')
  expect(first).toMatchObject({ n: 2, cnt: 1 })
  expect(await second).toBe('fenced')
  expect(await takeTick(b.sql, 1, false)).toBe('fenced')
})

test('a relay that was suspended until its ticks were deleted is fenced at its next heartbeat', async () => {
  await using log = await openLog()
  await tick(log.relay.sql)
  await log.relay.sql('delete from tick where n = 1')
  expect(await takeTick(log.relay.sql, 1, true)).toBe('fenced')
})

test('a relay that is killed during a tick leaves no tick, and after its commit the tick is complete', async () => {
  await using log = await openLog()
  const [dying, next] = [await log.database.session(), await log.database.session()]
  await write(next.sql, 'a', 'x')
  await dying.sql('begin')
  await takeTick(dying.sql, 1, true)
  await next.sql('select pg_terminate_backend($1, 5000)', dying.pid)
  expect(await takeTick(next.sql, 1, false)).toMatchObject({ n: 2, base: 2, cnt: 1 })
})

test('without new events there is no tick unless it is forced', async () => {
  await using log = await openLog()
  expect(await takeTick(log.relay.sql, 1, false)).toBe('quiet')
  const beat = await takeTick(log.relay.sql, 1, true)
  expect(beat).toMatchObject({ n: 2, base: 2, cnt: 0 })
})
