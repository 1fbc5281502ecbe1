import { expect, test } from 'vitest'
import { readLog } from '../../patterns/change-log/owner/read-log.ts'
import {
  forgetConsumer,
  listConsumers,
  reportPosition,
} from '../../patterns/change-log/owner/registration.ts'
import { retain } from '../../patterns/change-log/owner/retention.ts'
import type { Sql } from '../../contracts/sql.ts'
import { readStatus } from '../../patterns/change-log/owner/log-status.ts'
import { names, openLog, openLogDatabase, readAll, tick, write } from './support/log-database.ts'

const NOW = { minAgeMs: 0, maxAgeMs: 3_600_000 }

/** A log `| a | b | c |`, with offsets 1 to 7. */
async function shortLog() {
  const log = await openLog()
  const { sql } = log.relay
  for (const name of ['a', 'b', 'c']) {
    await write(sql, name, name)
    await tick(sql)
  }
  return log
}

test('rows that all consumers have applied are deleted, and rows that one still needs are kept', async () => {
  await using log = await shortLog()
  const { sql } = log.relay
  const { epoch } = log
  await reportPosition(sql, 'fast', { epoch, offset: 7 })
  await reportPosition(sql, 'slow', { epoch, offset: 3 })
  expect(await retain(sql, NOW)).toEqual({ expired: [], deleted: 1 })
  expect(names(await readAll(sql, { epoch, offset: 3 }))).toBe('b | c |')
  expect(await readLog(sql, { epoch, offset: 1 }, 10)).toEqual({ kind: 'expired', epoch })
  await forgetConsumer(sql, 'slow')
  expect(await retain(sql, NOW)).toEqual({ expired: [], deleted: 1 })
  // The last tick stays, for the next one to follow it.
  expect(names(await readAll(sql, { epoch, offset: 5 }))).toBe('c |')
  await write(sql, 'd', 'd')
  expect(await tick(sql)).toMatchObject({ base: 8 })
})

test('a row with a low seq that commits late is not deleted before it is read', async () => {
  await using log = await openLog()
  const { sql } = log.relay
  const late = await log.database.session()
  await late.sql('begin')
  await write(late.sql, 'late', 'late')
  for (const name of ['a', 'b']) {
    await write(sql, name, name)
    await tick(sql)
  }
  await reportPosition(sql, 'reader', { epoch: log.epoch, offset: 5 })
  expect(await retain(sql, NOW)).toMatchObject({ deleted: 1 })
  await late.sql('commit')
  await tick(sql)
  expect(await retain(sql, NOW)).toMatchObject({ deleted: 1 })
  expect(names(await readAll(sql, { epoch: log.epoch, offset: 5 }))).toBe('late |')
})

test('rows younger than the minimum age are kept, even without consumers', async () => {
  await using log = await shortLog()
  expect(await retain(log.relay.sql, { ...NOW, minAgeMs: 60_000 })).toEqual({ expired: [], deleted: 0 })
  expect(names(await readAll(log.relay.sql, { epoch: log.epoch, offset: 0 }))).toBe('| a | b | c |')
})

test('a consumer that falls too far behind is expired, no longer retains rows, and is reported', async () => {
  await using log = await shortLog()
  const { sql } = log.relay
  const at = { epoch: log.epoch, offset: 3 }
  expect(await reportPosition(sql, 'dead', at)).toBe(true)
  await sql("update tick set time = time - interval '2 hours'")
  await tick(sql)
  expect(await retain(sql, NOW)).toEqual({ expired: ['dead'], deleted: 3 })
  expect(await listConsumers(sql)).toMatchObject([{ name: 'dead', expired: true, offset: 3 }])
  expect(await reportPosition(sql, 'dead', at)).toBe(false)
  // Rebuilt, it holds rows again.
  expect(await reportPosition(sql, 'dead', { epoch: log.epoch, offset: 7 })).toBe(true)
})

test('if a deletion is stopped, the next run deletes the rest', async () => {
  await using log = await openLog()
  const { sql } = log.relay
  await sql(`insert into outbox (key, type, version, payload, touches, headers)
    select 'k', 'test', 1, to_json(i), null, '{}' from generate_series(1, 10001) i`)
  for (let i = 0; i < 3; i++) await tick(sql)
  const stop = new AbortController()
  const stopping: Sql = async (text, ...values) => {
    if (text.includes('delete from outbox')) stop.abort()
    return sql(text, ...values)
  }
  expect(await retain(stopping, NOW, stop.signal)).toMatchObject({ deleted: 5_000 })
  expect(await retain(sql, NOW)).toMatchObject({ deleted: 5_001 })
})

test('if a deletion is killed between ticks and rows, the next run deletes the rest', async () => {
  await using log = await shortLog()
  const { sql } = log.relay
  await expect(
    retain(async (text, ...values) => {
      if (text.includes('delete from outbox')) throw new Error('killed')
      return sql(text, ...values)
    }, NOW),
  ).rejects.toThrow('killed')
  expect(await readLog(sql, { epoch: log.epoch, offset: 1 }, 10)).toEqual({
    kind: 'expired',
    epoch: log.epoch,
  })
  expect(await retain(sql, NOW)).toEqual({ expired: [], deleted: 2 })
})

test.each([
  { limit: 20, moment: 1, whole: false },
  { limit: 20, moment: 2, whole: true },
  // Of a tick that does not fit, a part is read: by three statements.
  { limit: 2, moment: 1, whole: false },
  { limit: 2, moment: 2, whole: false },
  { limit: 2, moment: 3, whole: false },
  { limit: 2, moment: 4, whole: true },
])(
  'a page of $limit whose log is deleted before its statement $moment is complete or expired, never shifted',
  async ({ limit, moment, whole }) => {
    await using log = await openLog()
    const { sql } = log.relay
    const reader = await log.database.session()
    for (let i = 0; i < 30; i++) {
      await write(sql, 'k', `${i}a`, `${i}b`)
      await tick(sql)
    }
    const page = await readLog(sql, { epoch: log.epoch, offset: 31 }, limit)
    expect(page).toHaveProperty('records.0.offset', 32)
    let statement = 0
    const read = await readLog(
      async (text, ...values) => {
        if (++statement === moment) await retain(sql, NOW)
        return reader.sql(text, ...values)
      },
      { epoch: log.epoch, offset: 31 },
      limit,
    )
    expect(read).toEqual(whole ? page : { kind: 'expired', epoch: log.epoch })
  },
)

test('the status has the begin and end of a log and the positions of its consumers', async () => {
  await using database = await openLogDatabase()
  const session = await database.session()
  expect(await readStatus(session.sql)).toBeNull()
  await using log = await shortLog()
  const { sql } = log.relay
  const { epoch } = log
  await reportPosition(sql, 'old', { epoch: 1, offset: 3 })
  await reportPosition(sql, 'slow', { epoch, offset: 3 })
  await retain(sql, NOW)
  expect(await readStatus(sql)).toEqual({
    begin: { epoch, offset: 3 },
    end: { epoch, offset: 7 },
    tickAgeMs: expect.any(Number),
    outbox: { rows: expect.any(Number), bytes: expect.any(Number) },
    consumers: [
      {
        name: 'old',
        epoch: 1,
        offset: 3,
        reportedAt: expect.any(Date),
        expired: true,
        lag: null,
        lagMs: null,
      },
      {
        name: 'slow',
        epoch,
        offset: 3,
        reportedAt: expect.any(Date),
        expired: false,
        lag: 4,
        lagMs: expect.any(Number),
      },
    ],
  })
})
