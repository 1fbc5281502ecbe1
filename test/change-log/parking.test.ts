import { expect, test } from 'vitest'
import { applyRecords } from '../../patterns/change-log/consumer/apply.ts'
import { consume } from '../../patterns/change-log/consumer/consume.ts'
import { listParked } from '../../patterns/change-log/consumer/parked.ts'
import { redrive } from '../../patterns/change-log/consumer/redrive.ts'
import {
  fixedReader,
  isWaiting,
  NAME,
  openConsumer,
  recordsOf,
  transactOf,
  writingHandler,
  type ConsumerBed,
} from './support/consumer-bed.ts'

/** Consumes a log, `a1` being poison. */
async function consumePoisoned(bed: ConsumerBed, log: string, poison: Set<string>): Promise<void> {
  const stop = new AbortController()
  await consume(
    {
      name: NAME,
      reader: fixedReader(bed, recordsOf(log), stop),
      sql: bed.session.sql,
      transact: transactOf(await bed.database.session()),
      handler: writingHandler(poison),
      report: () => {},
      batch: 4,
    },
    stop.signal,
  )
}

test('a poison event parks its key: other keys continue, and later events of the key are parked behind it', async () => {
  await using bed = await openConsumer()
  await consumePoisoned(bed, 'b1 a1 b2 | a2 b3 | a3 c1 |', new Set(['a1']))
  expect(await bed.effects()).toEqual(['b1', 'b2', 'b3', 'c1'])
  expect(await bed.position()).toMatchObject({ offset: 10 })
  expect(await listParked(bed.session.sql, NAME)).toEqual([
    { ...NAME, key: 'a', reason: 'Error: cannot apply a1', since: expect.any(Date), events: 3 },
  ])
})

test('a redrive applies the parked events once and in order, and releases the key', async () => {
  await using bed = await openConsumer()
  const poison = new Set(['a1'])
  await consumePoisoned(bed, 'a1 b1 a2 |', poison)
  const transact = transactOf(bed.session)
  expect(await redrive(transact, NAME, 'a', writingHandler(poison))).toEqual({
    kind: 'parked',
    events: 0,
    reason: 'Error: cannot apply a1',
  })
  expect(await redrive(transact, NAME, 'a', writingHandler())).toEqual({ kind: 'done', events: 2 })
  expect(await redrive(transact, NAME, 'a', writingHandler())).toEqual({ kind: 'done', events: 0 })
  await consumePoisoned(bed, 'a1 b1 a2 | a3 |', new Set())
  expect(await bed.effects()).toEqual(['b1', 'a1', 'a2', 'a3'])
  expect(await listParked(bed.session.sql, NAME)).toEqual([])
})

test('an event that arrives while the last one of its key is redriven is applied after it', async () => {
  await using bed = await openConsumer()
  await consumePoisoned(bed, 'a1 |', new Set(['a1']))
  const [redriving, consuming] = [await bed.database.session(), await bed.database.session()]
  const inside = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const writing = writingHandler()
  const redriven = redrive(transactOf(redriving), NAME, 'a', {
    ...writing,
    async apply(tx, events) {
      await writing.apply(tx, events)
      inside.resolve()
      await goOn.promise
    },
  })
  await inside.promise
  const position = await bed.position()
  const consumed = transactOf(consuming)((tx) =>
    applyRecords(tx, NAME, position, recordsOf('a2 |', 3), writing),
  )
  await expect.poll(() => isWaiting(bed, consuming)).toBe(true)
  goOn.resolve()
  expect(await redriven).toEqual({ kind: 'done', events: 1 })
  expect(await consumed).toMatchObject({ applied: 1, parked: 0 })
  expect(await bed.effects()).toEqual(['a1', 'a2'])
})

test('an event that is being parked when its key is redriven is redriven too', async () => {
  await using bed = await openConsumer()
  await consumePoisoned(bed, 'a1 |', new Set(['a1']))
  const [redriving, consuming] = [await bed.database.session(), await bed.database.session()]
  const position = await bed.position()
  await consuming.sql('begin')
  await applyRecords(consuming.sql, NAME, position, recordsOf('a2 |', 3), writingHandler())
  const redriven = redrive(transactOf(redriving), NAME, 'a', writingHandler())
  await expect.poll(() => isWaiting(bed, redriving)).toBe(true)
  await consuming.sql('commit')
  expect(await redriven).toEqual({ kind: 'done', events: 2 })
  expect(await bed.effects()).toEqual(['a1', 'a2'])
})

test('a redrive that is killed keeps its committed events and repeats none', async () => {
  await using bed = await openConsumer()
  await consumePoisoned(bed, 'a1 a2 a3 |', new Set(['a1']))
  const doomed = await bed.database.session()
  const writing = writingHandler()
  let calls = 0
  const died = await redrive(transactOf(doomed), NAME, 'a', {
    ...writing,
    async apply(tx, events) {
      await writing.apply(tx, events)
      if (++calls === 2) await bed.session.sql('select pg_terminate_backend($1, 5000)', doomed.pid)
    },
  })
  expect(died).toMatchObject({ kind: 'parked', events: 1 })
  expect(await redrive(transactOf(bed.session), NAME, 'a', writing)).toEqual({ kind: 'done', events: 2 })
  expect(await bed.effects()).toEqual(['a1', 'a2', 'a3'])
})
