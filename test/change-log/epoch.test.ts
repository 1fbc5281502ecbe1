import { expect, test } from 'vitest'
import { bumpEpoch, checkLog, keepEpoch, startLog } from '../../patterns/change-log/owner/epoch.ts'
import { readLog } from '../../patterns/change-log/owner/read-log.ts'
import { lastTick } from '../../patterns/change-log/owner/tick.ts'
import { isWaiting } from './support/consumer-bed.ts'
import { names, openLog, PUT_BEHIND, readAll, tick, useXids, write } from './support/log-database.ts'

test('starting a log again in the same database changes nothing', async () => {
  await using log = await openLog()
  const { sql } = log.relay
  await write(sql, 'a', 'x')
  await tick(sql)
  const before = await lastTick(sql)
  await startLog(sql)
  expect(await lastTick(sql)).toEqual(before)
  expect(await checkLog(sql)).toEqual({ kind: 'ok' })
})

test.each([
  ['update log_state set system_identifier = system_identifier + 1', 'another database cluster'],
  ["update log_state set database_oid = '4'::oid", 'another database of the cluster'],
  ["update log_state set timeline = '0000000F'", 'another timeline'],
  [PUT_BEHIND, 'behind'],
])('after a restore (%s), the log is refused until its epoch is raised', async (restore, reason) => {
  await using log = await openLog()
  const { sql } = log.relay
  await write(sql, 'a', 'lost')
  await tick(sql)
  await sql(restore)
  expect(await checkLog(sql)).toEqual({ kind: 'restored', reason: expect.stringContaining(reason) })
  const epoch = await bumpEpoch(sql)
  expect(epoch).toBeGreaterThan(log.epoch)
  expect(await checkLog(sql)).toEqual({ kind: 'ok' })
  await write(sql, 'a', 'new')
  await tick(sql)
  expect(names(await readAll(sql, { epoch, offset: 0 }))).toBe('| new |')
  expect(await readLog(sql, { epoch: log.epoch, offset: 0 }, 10)).toEqual({ kind: 'other-epoch', epoch })
})

test('a transaction that is open while the epoch is raised belongs to the new epoch', async () => {
  await using log = await openLog()
  const open = await log.database.session()
  await open.sql('begin')
  await write(open.sql, 'a', 'open')
  await write(log.relay.sql, 'a', 'before')
  const epoch = await bumpEpoch(log.relay.sql)
  await open.sql('commit')
  await tick(log.relay.sql)
  expect(names(await readAll(log.relay.sql, { epoch, offset: 0 }))).toBe('| open |')
})

test('rows of the old epoch with transaction ids in the future do not reappear', async () => {
  await using log = await openLog()
  const { sql } = log.relay
  await write(sql, 'a', 'old')
  await sql('update outbox set xid = (xid::text::bigint + 100)::text::xid8')
  const epoch = await bumpEpoch(sql)
  await useXids(sql, 150)
  await write(sql, 'a', 'new')
  await tick(sql)
  expect(names(await readAll(sql, { epoch, offset: 0 }))).toBe('| new |')
})

test('an epoch that is raised while a tick is being taken begins after that tick', async () => {
  await using log = await openLog()
  const { sql } = log.relay
  await write(sql, 'a', 'old')
  const taking = await log.database.session()
  const session = await log.database.session()
  await taking.sql('begin')
  await tick(taking.sql)
  const raised = bumpEpoch(sql)
  await expect.poll(() => isWaiting({ session }, log.relay)).toBe(true)
  await taking.sql('commit')
  const epoch = await raised
  await write(sql, 'a', 'new')
  await tick(sql)
  expect(names(await readAll(sql, { epoch, offset: 0 }))).toBe('| new |')
})

test('epochs increase even if the database has lost the last one', async () => {
  await using log = await openLog()
  const { sql } = log.relay
  const second = await bumpEpoch(sql)
  const third = await bumpEpoch(sql)
  expect(third).toBeGreaterThan(second)
  // As a restore to last year's state, whose epochs were of that time.
  await sql('update log_state set epoch = epoch - 31536000')
  expect(await bumpEpoch(sql)).toBeGreaterThan(third - 60)
})

test('a failover without lost commits can keep its epoch', async () => {
  await using log = await openLog()
  const { sql } = log.relay
  await write(sql, 'a', 'kept')
  await sql("update log_state set timeline = '0000000F'")
  expect(await keepEpoch(sql)).toBe(true)
  expect(await checkLog(sql)).toEqual({ kind: 'ok' })
  await tick(sql)
  expect(names(await readAll(sql, { epoch: log.epoch, offset: 0 }))).toBe('| kept |')
})

test('an epoch is not kept if transaction ids are behind, even if the cluster is also different', async () => {
  await using log = await openLog()
  const { sql } = log.relay
  await write(sql, 'a', 'x')
  await tick(sql)
  await sql(PUT_BEHIND)
  await sql('update log_state set system_identifier = system_identifier + 1')
  const refused = { kind: 'restored', reason: expect.stringContaining('behind') }
  expect(await keepEpoch(sql)).toBe(false)
  expect(await checkLog(sql)).toEqual(refused)
  // As it is remembered by a relay, which saw it while it was so.
  await sql('update log_state set refused = $1', 'its transaction ids are behind those of its last tick')
  await useXids(sql, 1_100)
  expect(await keepEpoch(sql)).toBe(false)
  expect(await checkLog(sql)).toEqual(refused)
  await bumpEpoch(sql)
  expect(await checkLog(sql)).toEqual({ kind: 'ok' })
})
