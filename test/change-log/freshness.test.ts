import { expect, test } from 'vitest'
import { appliedHere, appliedTo } from '../../patterns/change-log/applied.ts'
import { applyRecords } from '../../patterns/change-log/consumer/apply.ts'
import { findParked } from '../../patterns/change-log/consumer/parked.ts'
import { isFresh, mergeTokens, tokenOf } from '../../patterns/change-log/token.ts'
import { NAME, openConsumer, transactOf, writingHandler } from './support/consumer-bed.ts'
import { openLog, readAll, tick, write } from './support/log-database.ts'

test('a reader is fresh for a write exactly from the tick on that has it', async () => {
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
    return [here, there].map((applied) => applied !== null && isFresh(of, new Map([['users', applied]])))
  }
  const consumeAll = async () => {
    const progress = await bed.progress()
    const records = await readAll(sql, progress)
    await transactOf(bed.session)((tx) => applyRecords(tx, NAME, progress, records, writingHandler()))
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

test('a key that is parked is known as such', async () => {
  await using bed = await openConsumer()
  await bed.session.sql(
    "insert into parked_key (consumer, source, key, reason) values ('counter', 'users', 'a', 'x')",
  )
  expect(await findParked(bed.session.sql, NAME, ['a', 'b'])).toEqual(new Set(['a']))
})
