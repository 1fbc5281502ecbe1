import { expect, test } from 'vitest'
import { applyRecords } from '../../patterns/change-log/consumer/apply.ts'
import { consume, type ConsumeOptions } from '../../patterns/change-log/consumer/consume.ts'
import { FencedError } from '../../patterns/change-log/consumer/consumer-offset.ts'
import type { LogRecord } from '../../patterns/change-log/record.ts'
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
import type { Session } from './support/log-database.ts'

/** Consumes to the end of the log; returns what was reported. */
async function consumeAll(
  bed: ConsumerBed,
  session: Session,
  log: string,
  options: Partial<ConsumeOptions> = {},
): Promise<string[]> {
  const stop = new AbortController()
  const reader = fixedReader(bed, recordsOf(log), stop)
  const said: string[] = []
  const report = (_: string, message: string) => void said.push(message)
  const own = {
    name: NAME,
    reader,
    sql: bed.session.sql,
    transact: transactOf(session),
    handler: writingHandler(),
  }
  expect(await consume({ ...own, report, retryMs: 5, ...options }, stop.signal)).toBe('stopped')
  return said
}

test('the offset and the effects commit together or not at all', async () => {
  await using bed = await openConsumer()
  const doomed = await bed.database.session()
  await doomed.sql('begin')
  await applyRecords(doomed.sql, NAME, await bed.position(), recordsOf('a1 b1 |'), writingHandler())
  await bed.session.sql('select pg_terminate_backend($1, 5000)', doomed.pid)
  expect(await bed.position()).toMatchObject({ offset: 0 })
  expect(await bed.effects()).toEqual([])
  await consumeAll(bed, await bed.database.session(), 'a1 b1 |')
  expect(await bed.effects()).toEqual(['a1', 'b1'])
  expect(await bed.position()).toMatchObject({ epoch: 7, offset: 3 })
})

test('if two processes apply the same records at once, the second is fenced and changes nothing', async () => {
  await using bed = await openConsumer()
  const [first, second] = [await bed.database.session(), await bed.database.session()]
  const position = await bed.position()
  await first.sql('begin')
  await applyRecords(first.sql, NAME, position, recordsOf('a1 a2'), writingHandler())
  const waiting = transactOf(second)((tx) =>
    applyRecords(tx, NAME, position, recordsOf('a1 a2 a3'), writingHandler()),
  )
  await expect.poll(() => isWaiting(bed, second)).toBe(true)
  await first.sql('commit')
  await expect(waiting).rejects.toThrow(FencedError)
  expect(await bed.effects()).toEqual(['a1', 'a2'])
})

test('if the first of two processes rolls back, the second continues', async () => {
  await using bed = await openConsumer()
  const [first, second] = [await bed.database.session(), await bed.database.session()]
  const position = await bed.position()
  await first.sql('begin')
  await applyRecords(first.sql, NAME, position, recordsOf('a1 a2'), writingHandler())
  const waiting = transactOf(second)((tx) =>
    applyRecords(tx, NAME, position, recordsOf('a1'), writingHandler()),
  )
  await expect.poll(() => isWaiting(bed, second)).toBe(true)
  await first.sql('rollback')
  await waiting
  expect(await bed.effects()).toEqual(['a1'])
})

test('a consumer that is suspended during a batch and resumes after others changes nothing', async () => {
  await using bed = await openConsumer()
  const [zombie, living] = [await bed.database.session(), await bed.database.session()]
  const old = await bed.position()
  await consumeAll(bed, living, 'a1 a2 |')
  const late = transactOf(zombie)((tx) => applyRecords(tx, NAME, old, recordsOf('a1 a2 |'), writingHandler()))
  await expect(late).rejects.toThrow(FencedError)
  expect(await bed.effects()).toEqual(['a1', 'a2'])
})

test('a consumer that runs twice has each effect once, and this is logged once', async () => {
  await using bed = await openConsumer()
  const log = Array.from({ length: 200 }, (_, i) => (i % 5 === 4 ? '|' : `a${i}`)).join(' ')
  const sessions = [await bed.database.session(), await bed.database.session()]
  const said = await Promise.all(sessions.map((session) => consumeAll(bed, session, log, { batch: 3 })))
  expect(await bed.effects()).toEqual(log.split(' ').filter((word) => word !== '|'))
  const fenced = said.flat().filter((message) => message === 'another process consumes users as counter')
  expect(fenced.length).toBeGreaterThan(0)
  expect(fenced.length).toBeLessThanOrEqual(2)
})

test('a commit with an unknown outcome is checked, not repeated', async () => {
  await using bed = await openConsumer()
  const session = await bed.database.session()
  let lost = 0
  const said = await consumeAll(bed, session, 'a1 a2 | a3 |', {
    batch: 2,
    transact: async (run) => {
      const result = await transactOf(session)(run)
      // The commit has arrived; the answer to it has not.
      if (lost++ === 0) throw new Error('Connection terminated unexpectedly')
      return result
    },
  })
  expect(said).toEqual(['Error: Connection terminated unexpectedly'])
  expect(await bed.effects()).toEqual(['a1', 'a2', 'a3'])
})

test('a temporary error causes retries and parks nothing', async () => {
  await using bed = await openConsumer()
  const session = await bed.database.session()
  const writing = writingHandler()
  let failures = 0
  const handler: typeof writing = {
    ...writing,
    async apply(tx, events) {
      if (failures++ < 3) await tx("do $$ begin raise 'again' using errcode = '40P01'; end $$")
      await writing.apply(tx, events)
    },
  }
  const said = await consumeAll(bed, session, 'a1 b1 |', { handler })
  expect(said).toHaveLength(1)
  expect(await bed.effects()).toEqual(['a1', 'b1'])
  expect(await bed.session.sql('select * from parked_key')).toEqual([])
})

test('unknown types and newer versions are skipped and counted', async () => {
  await using bed = await openConsumer()
  const records = recordsOf('a1 a2 a3 a4 |')
  Object.assign(records[1] as LogRecord, { type: 'other' })
  Object.assign(records[2] as LogRecord, { version: 2 })
  Object.assign(records[3] as LogRecord, { type: 'toString' })
  const stop = new AbortController()
  const counts = { applied: 0, passedOver: 0 }
  await consume(
    {
      name: NAME,
      reader: fixedReader(bed, records, stop),
      sql: bed.session.sql,
      transact: transactOf(await bed.database.session()),
      handler: writingHandler(),
      report: () => {},
      applied: ({ applied, passedOver }) => {
        counts.applied += applied
        counts.passedOver += passedOver
      },
    },
    stop.signal,
  )
  expect(counts).toEqual({ applied: 1, passedOver: 3 })
  expect(await bed.effects()).toEqual(['a1'])
  expect(await bed.position()).toMatchObject({ offset: 5 })
})

test('the snapshot for readers changes only at control records', async () => {
  await using bed = await openConsumer()
  const cur = async () => (await bed.session.sql<{ cur: string }>('select cur from consumer_offset'))[0]?.cur
  const transact = transactOf(bed.session)
  const step = async (log: string) => {
    const position = await bed.position()
    await transact((tx) =>
      applyRecords(tx, NAME, position, recordsOf(log, position.offset + 1), writingHandler()),
    )
    return cur()
  }
  expect(await step('a1 a2')).toBeNull()
  expect(await step('a3 | a4')).toBe('104:104:')
  expect(await step('a5')).toBe('104:104:')
  expect(await step('| a6 |')).toBe('109:109:')
})

const [FIRST, SECOND, THIRD] = recordsOf('a1 a2 a3') as [LogRecord, LogRecord, LogRecord]

test.each([
  ['from the second on', [SECOND]],
  ['with a hole', [FIRST, THIRD]],
  ['with one twice', [FIRST, FIRST, SECOND]],
  ['in the wrong order', [FIRST, THIRD, SECOND]],
])('records that do not follow are rejected: %s', async (_, records) => {
  await using bed = await openConsumer()
  const position = await bed.position()
  const applied = transactOf(bed.session)((tx) => applyRecords(tx, NAME, position, records, writingHandler()))
  await expect(applied).rejects.toThrow('do not follow offset 0')
  expect(await bed.position()).toEqual(position)
})
