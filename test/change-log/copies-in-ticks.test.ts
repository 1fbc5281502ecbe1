import { expect, test } from 'vitest'
import { applyRecords, parkRecord } from '../../patterns/change-log/consumer/apply.ts'
import { beginConsumer } from '../../patterns/change-log/consumer/consumer-offset.ts'
import { readConsumerPosition } from '../../patterns/change-log/consumer/consumer-position.ts'
import type { Handler } from '../../patterns/change-log/consumer/handler.ts'
import { redrive } from '../../patterns/change-log/consumer/redrive.ts'
import { rebuild } from '../../patterns/change-log/export/export.ts'
import { keepsCopies, lastTick, takeTick } from '../../patterns/change-log/owner/tick.ts'
import type { ControlRecord, LogRecord } from '../../patterns/change-log/record.ts'
import { appliedHere } from '../../patterns/change-log/token/applied.ts'
import { dropSeen, isFresh, tokenOf, type AppliedTick } from '../../patterns/change-log/token/token.ts'
import { isWaiting, NAME, recordsOf, transactOf, type ConsumerBed } from './support/consumer-bed.ts'
import { openLog, readAll, write, type Session } from './support/log-database.ts'

/** Of the log that is copied, as `recordsOf` makes it: record 2, a control record, sees xid 51, that of `a1`. */
const [A1, AFTER_A1] = recordsOf('a1 |') as [LogRecord, ControlRecord]
const TOKEN = tokenOf('users', 7, '51')
const SHOWN = new Map([['posts', ['users']]])

/** Keeps a copy, and writes an event of its own for each one that it applies. */
const copying: Handler = {
  versions: { test: 1 },
  async apply(tx, events) {
    for (const { payload } of events) {
      await tx('update copied set value = $1', payload)
      await write(tx, 'copy', `copied ${String(payload)}`)
    }
  },
}

/** A database with a log of its own, "posts", that copies the log "users". */
async function openKeeper() {
  const log = await openLog()
  const { sql } = log.relay
  await sql("create table copied as select 'a0' as value")
  await beginConsumer(sql, NAME, { epoch: 7, offset: 0 })
  return {
    ...log,
    sql,
    /** Applies records of users, in the session's transaction, or in one of its own. */
    async apply(session: Session, records: readonly LogRecord[]) {
      const progress = await readConsumerPosition(session.sql, NAME)
      if (!progress) throw new Error('never begun')
      await applyRecords(session.sql, NAME, progress, records, copying)
    },
    async tick() {
      const taken = await takeTick(sql, (await lastTick(sql))?.n ?? 0, true, true)
      if (typeof taken === 'string') throw new Error(`the tick is ${taken}`)
    },
    /** What a reader knows that has applied this log to its end. */
    async seen() {
      const records = await readAll(sql, { epoch: log.epoch, offset: 0 })
      const controls = records.filter((record) => record.kind === 'control')
      const applied = (await appliedHere(sql)) as AppliedTick
      return {
        copies: controls.at(-1)?.copies,
        invalidated: records.flatMap((record) => (record.kind === 'event' ? record.payload : [])),
        fresh: isFresh(TOKEN, new Map([['posts', applied]]), SHOWN),
        left: dropSeen(
          TOKEN,
          new Map([
            ['posts', applied],
            ['users', { epoch: 7, cur: { xmax: 900n, xip: new Set<bigint>() } }],
          ]),
          SHOWN,
        ),
      }
    },
    async value() {
      return (await sql<{ value: string }>('select value from copied'))[0]?.value
    },
  }
}

const NOTHING_YET = [{ source: 'users', epoch: 7, cur: null }]
const HAS_A1 = [{ source: 'users', epoch: 7, cur: AFTER_A1.cur }]

test('the ticks of a database without consumer tables contain no copies', async () => {
  await using log = await openLog()
  const { sql } = log.relay
  expect(await keepsCopies(sql)).toBe(true)
  await sql('drop table parked_event, parked_key, consumer_offset')
  expect(await keepsCopies(sql)).toBe(false)
  await takeTick(sql, 1, true)
  const [, last] = await readAll(sql, { epoch: log.epoch, offset: 0 })
  expect(Object.keys(last ?? {}).toSorted()).toEqual(['cur', 'kind', 'n', 'offset', 'time'])
})

test('if a copy changes during a tick, the tick has both its event and its position, or neither', async () => {
  await using keeper = await openKeeper()
  const consumer = await keeper.database.session()
  await consumer.sql('begin')
  await keeper.apply(consumer, [A1, AFTER_A1])
  await keeper.tick()
  // The log of users has the write by now: whoever went by that alone would fill a cache with a0, and keep it.
  expect(await keeper.value()).toBe('a0')
  expect(await keeper.seen()).toMatchObject({
    copies: NOTHING_YET,
    invalidated: [],
    fresh: false,
    left: TOKEN,
  })
  await consumer.sql('commit')
  expect(await keeper.seen()).toMatchObject({
    copies: NOTHING_YET,
    invalidated: [],
    fresh: false,
    left: TOKEN,
  })
  await keeper.tick()
  expect(await keeper.value()).toBe('a1')
  expect(await keeper.seen()).toMatchObject({ copies: HAS_A1, invalidated: ['copied a1'], fresh: true })
  expect((await keeper.seen()).left.size).toBe(0)
})

test('changes that a copy applies between the snapshot and the commit of a tick are not in that tick', async () => {
  await using keeper = await openKeeper()
  const [consumer, rival] = [await keeper.database.session(), await keeper.database.session()]
  const n = (await lastTick(keeper.sql))?.n ?? 0
  // The tick has its snapshot, and waits for the end of another one with its number.
  await rival.sql('begin')
  await takeTick(rival.sql, n, true, true)
  const taking = keeper.tick()
  const watcher = { session: consumer } as ConsumerBed
  while (!(await isWaiting(watcher, keeper.relay)));
  await transactOf(consumer)(() => keeper.apply(consumer, [A1, AFTER_A1]))
  await rival.sql('rollback')
  await taking
  expect(await keeper.seen()).toMatchObject({ copies: NOTHING_YET, invalidated: [], fresh: false })
  await keeper.tick()
  expect(await keeper.seen()).toMatchObject({ copies: HAS_A1, invalidated: ['copied a1'], fresh: true })
})

test('a copy is not fresh for any token while a key is parked, and is fresh again after a redrive', async () => {
  await using keeper = await openKeeper()
  const { sql } = keeper
  const consumer = await keeper.database.session()
  const progress = await readConsumerPosition(sql, NAME)
  if (A1.kind !== 'event' || !progress) throw new Error('not an event, or never begun')
  await transactOf(consumer)((tx) => parkRecord(tx, NAME, progress, A1, 'poison'))
  await transactOf(consumer)(() => keeper.apply(consumer, [AFTER_A1]))
  await keeper.tick()
  expect(await keeper.seen()).toMatchObject({ copies: NOTHING_YET, fresh: false, left: TOKEN })
  expect(await redrive(transactOf(consumer), NAME, 'a', copying)).toMatchObject({ kind: 'done', events: 1 })
  // The tick before the redriving does not change.
  expect(await keeper.seen()).toMatchObject({ copies: NOTHING_YET, fresh: false })
  await keeper.tick()
  expect(await keeper.seen()).toMatchObject({ copies: HAS_A1, invalidated: ['copied a1'], fresh: true })
})

test('after a rebuild is committed, the next tick has the position of its export', async () => {
  await using keeper = await openKeeper()
  const consumer = await keeper.database.session()
  const start = { position: { epoch: 7, offset: 2 }, cur: AFTER_A1.cur, time: 1, snapshot: AFTER_A1.cur }
  await consumer.sql('begin')
  await rebuild(
    (run) => run(consumer.sql),
    NAME,
    start,
    async (tx) => {
      await tx("update copied set value = 'a1'")
      await write(tx, 'copy', 'rebuilt')
    },
  )
  await keeper.tick()
  expect(await keeper.seen()).toMatchObject({ copies: NOTHING_YET, invalidated: [], fresh: false })
  await consumer.sql('commit')
  await keeper.tick()
  expect(await keeper.seen()).toMatchObject({ copies: HAS_A1, invalidated: ['rebuilt'], fresh: true })
})

test('if two consumers have the same source, both must have applied the write', async () => {
  await using keeper = await openKeeper()
  const consumer = await keeper.database.session()
  await beginConsumer(keeper.sql, { ...NAME, consumer: 'another' }, { epoch: 7, offset: 0 })
  await transactOf(consumer)(() => keeper.apply(consumer, [A1, AFTER_A1]))
  await keeper.tick()
  expect(await keeper.seen()).toMatchObject({
    copies: [...NOTHING_YET, ...HAS_A1],
    fresh: false,
    left: TOKEN,
  })
})
