import { expect, test } from 'vitest'
import { readLog } from '../../patterns/change-log/owner/read-log.ts'
import { openLog, readAll, tick, write } from './support/log-database.ts'

const INSERT = `insert into outbox (key, type, version, payload, touches, headers)
  select 'k', 'test', 1, to_json(i), null, '{}' from generate_series($1::int, $2::int) i`

test.each([1_999, 2_000, 2_001, 4_000, 4_001, 6_500])(
  'a tick of %i rows is the same in pages of any size, from any offset',
  async (size) => {
    await using log = await openLog()
    const { sql } = log.relay
    await sql(INSERT, 1, size)
    await tick(sql)
    await write(sql, 'k', 'after')
    await tick(sql)
    const whole = await readAll(sql, { epoch: log.epoch, offset: 0 }, 1_000_000)
    expect(whole.map(({ offset }) => offset)).toEqual(whole.map((_, i) => i + 1))
    const payloads = whole.flatMap((record) => (record.kind === 'event' ? [record.payload] : []))
    expect(payloads).toEqual([...Array.from({ length: size }, (_, i) => i + 1), 'after'])
    for (const limit of [7, 700, 2_000, 3_000].filter((rows) => size / rows < 300))
      expect(await readAll(sql, { epoch: log.epoch, offset: 0 }, limit)).toEqual(whole)
    for (const offset of [1, 2, size - 1, size, size + 1, size + 2, size + 3, 2_000, 2_001])
      expect(await readAll(sql, { epoch: log.epoch, offset }, 900)).toEqual(whole.slice(offset))
  },
)

test('rows of one tick are read in order even if they are far apart', async () => {
  await using log = await openLog()
  const { sql } = log.relay
  const late = await log.database.session()
  await late.sql('begin')
  await late.sql(INSERT, 1, 1_500)
  await sql(INSERT, 1_501, 40_000)
  await tick(sql)
  await late.sql(INSERT, 40_001, 42_500)
  await late.sql('commit')
  await tick(sql)
  const records = await readAll(sql, { epoch: log.epoch, offset: 38_501 }, 333)
  const expected = [
    ...Array.from({ length: 1_500 }, (_, i) => i + 1),
    ...Array.from({ length: 2_500 }, (_, i) => i + 40_001),
  ]
  expect(records.map((record) => (record.kind === 'event' ? record.payload : '|'))).toEqual([
    '|',
    ...expected,
    '|',
  ])
})

test('interleaved rows of two ticks are assigned to the right tick', async () => {
  await using log = await openLog()
  const { sql } = log.relay
  const late = await log.database.session()
  const insert = `insert into outbox (seq, key, type, version, payload, touches, headers) overriding system value
    select i, 'k', 'test', 1, to_json(i), null, '{}' from generate_series($1::int, 6000, 2) i`
  await late.sql('begin')
  await late.sql(insert, 1)
  await sql(insert, 2)
  await tick(sql)
  await late.sql('commit')
  await tick(sql)
  const records = await readAll(sql, { epoch: log.epoch, offset: 1 }, 900)
  const numbers = (first: number) => Array.from({ length: 3_000 }, (_, i) => first + 2 * i)
  expect(records.map((record) => (record.kind === 'event' ? record.payload : '|'))).toEqual([
    ...numbers(2),
    '|',
    ...numbers(1),
    '|',
  ])
})

test('positions before the retained rows, of another epoch, and past the end are distinguished', async () => {
  await using log = await openLog()
  const { sql } = log.relay
  for (const name of ['a', 'b', 'c']) {
    await write(sql, 'k', name)
    await tick(sql)
  }
  const { epoch } = log
  expect(await readLog(sql, { epoch, offset: 7 }, 10)).toEqual({ kind: 'records', records: [], more: false })
  expect(await readLog(sql, { epoch, offset: 1 }, 6)).toMatchObject({ more: false })
  expect(await readLog(sql, { epoch, offset: 1 }, 5)).toMatchObject({ more: true })
  expect(await readLog(sql, { epoch, offset: 8 }, 10)).toEqual({ kind: 'ahead', epoch })
  expect(await readLog(sql, { epoch: epoch - 1, offset: 3 }, 10)).toEqual({ kind: 'other-epoch', epoch })
  await sql('delete from tick where n < 3')
  expect(await readLog(sql, { epoch, offset: 2 }, 10)).toEqual({ kind: 'expired', epoch })
  expect(await readLog(sql, { epoch, offset: 3 }, 1)).toMatchObject({ records: [{ offset: 4 }] })
})

test.each(['first', 'second'])(
  'a row missing from the %s of two ticks is an error and never shifts offsets',
  async (which) => {
    await using log = await openLog()
    const { sql } = log.relay
    for (const name of ['first', 'second']) {
      await write(sql, 'k', name, name)
      await tick(sql)
    }
    await sql('delete from outbox where seq = $1', which === 'first' ? 1 : 4)
    const read = readLog(sql, { epoch: log.epoch, offset: 1 }, 10)
    await expect(read).rejects.toThrow('Rows of the outbox are missing')
  },
)
