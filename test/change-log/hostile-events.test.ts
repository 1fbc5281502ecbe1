import { expect, test } from 'vitest'
import { consume } from '../../patterns/change-log/consumer/consume.ts'
import { NotYet, type Handler } from '../../patterns/change-log/consumer/handler.ts'
import { listParked } from '../../patterns/change-log/consumer/parked.ts'
import { redrive } from '../../patterns/change-log/consumer/redrive.ts'
import type { EventRecord } from '../../patterns/change-log/record.ts'
import type { Sql } from '../../contracts/sql.ts'
import {
  fixedReader,
  NAME,
  openConsumer,
  recordsOf,
  transactOf,
  writingHandler,
  type ConsumerBed,
} from './support/consumer-bed.ts'
import { openTwoLogs } from './support/two-logs.ts'

/** Applies a log to its end. `a1` is applied by `attempt`. */
async function consumeWith(
  bed: ConsumerBed,
  log: string,
  attempt: (tx: Sql, event: EventRecord) => Promise<void>,
): Promise<void> {
  const stop = new AbortController()
  const writing = writingHandler()
  await consume(
    {
      name: NAME,
      reader: fixedReader(bed, recordsOf(log), stop),
      sql: bed.session.sql,
      transact: transactOf(await bed.database.session()),
      handler: {
        ...writing,
        async apply(tx, events) {
          for (const event of events)
            await (event.payload === 'a1' ? attempt(tx, event) : writing.apply(tx, [event]))
        },
      },
      report: () => {},
      retryMs: 5,
    },
    stop.signal,
  )
}

const FAILURES: readonly (readonly [string, (tx: Sql) => Promise<void>, RegExp])[] = [
  ['an error of node that has a code', async () => void new URL('no url'), /Invalid URL/],
  [
    'a failed statement that the handler ignores',
    async (tx) => {
      await tx('select 1 / 0').catch(() => {})
      await tx('select 1')
    },
    /current transaction is aborted/,
  ],
  [
    'a message with a null character',
    async () => {
      throw new Error('not a handle: a\0b')
    },
    /^Error: not a handle: a\uFFFDb$/,
  ],
  [
    'a thrown value that has no text',
    async () => {
      throw Object.create(null)
    },
    /^an error without a text$/,
  ],
]

test.each(FAILURES)(
  'an event that fails with %s parks its key, and other keys go on',
  async (_, fail, reason) => {
    await using bed = await openConsumer()
    await consumeWith(bed, 'b1 a1 b2 | a2 c1 |', fail)
    expect(await bed.effects()).toEqual(['b1', 'b2', 'c1'])
    expect(await listParked(bed.session.sql, NAME)).toMatchObject([
      { key: 'a', events: 2, reason: expect.stringMatching(reason) },
    ])
  },
)

test('an event may wait for a reason with a null character', async () => {
  await using logs = await openTwoLogs('a1 |', '')
  const handler: Handler = {
    ...writingHandler(),
    async apply(_, [event]) {
      if (event) throw new NotYet(event, 'a\0b is not there')
    },
  }
  await logs.start(NAME, handler)
  expect(await logs.waits(NAME)).toBe('a\uFFFDb is not there')
})

test('a parked event of a version that this handler does not support stays parked', async () => {
  await using bed = await openConsumer()
  await consumeWith(bed, 'a1 |', async () => {
    throw new Error('cannot apply')
  })
  const transact = transactOf(bed.session)
  for (const versions of [{ test: 0 }, { other: 1 }] as Handler['versions'][]) {
    expect(await redrive(transact, NAME, 'a', { ...writingHandler(), versions })).toEqual({
      kind: 'parked',
      events: 0,
      reason: 'Error: test version 1 is not supported by this release',
    })
  }
  expect(await redrive(transact, NAME, 'a', writingHandler())).toEqual({ kind: 'done', events: 1 })
  expect(await bed.effects()).toEqual(['a1'])
})
