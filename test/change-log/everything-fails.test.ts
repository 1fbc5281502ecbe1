import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Transact } from '../../contracts/sql.ts'
import { consume } from '../../patterns/change-log/consumer/consume.ts'
import type { Handler } from '../../patterns/change-log/consumer/handler.ts'
import { listParked } from '../../patterns/change-log/consumer/parked.ts'
import { redrive } from '../../patterns/change-log/consumer/redrive.ts'
import { healingReader } from '../../patterns/change-log/transports/healing-reader.ts'
import { insertEvents } from '../../patterns/change-log/writer/insert-events.ts'
import { streamPublisher } from '../../patterns/change-log/transports/redis/publisher.ts'
import { streamReader } from '../../patterns/change-log/transports/redis/reader.ts'
import { endOf, lastTick } from '../../patterns/change-log/owner/tick.ts'
import { NAME, openConsumer, transactOf, type ConsumerBed } from './support/consumer-bed.ts'
import type { Session } from './support/log-database.ts'
import { openRedis } from './support/redis.ts'
import { runLog } from './support/running-log.ts'

const WRITES = 250
const KEYS = 5

/** One write: the next number of a key, under the key's row lock. Every tenth is rolled back. */
async function writeNumber({ sql }: Session, i: number): Promise<void> {
  const key = `k${i % KEYS}`
  await sql('begin')
  // Its transaction id is older than its turn.
  await sql('select pg_current_xact_id()')
  const [row] = await sql<{ n: number }>('update state set n = n + 1 where key = $1 returning n', key)
  await insertEvents(sql, [{ key, type: 'n', version: 1, payload: row?.n, touches: [key] }], () => null)
  await sql(i % 10 === 3 ? 'rollback' : 'commit')
}

/** Writes each number down; the database refuses one that does not follow the last of its key. */
function following(poisoned: () => boolean): Handler {
  return {
    versions: { n: 1 },
    async apply(tx, events) {
      for (const { key, payload } of events) {
        if (key === 'k1' && poisoned()) throw new Error('poison')
        const rows = await tx(
          'update copy set n = $2 where key = $1 and n = $2::integer - 1 returning 1',
          key,
          payload,
        )
        if (rows.length !== 1) throw new Error(`${key} is not followed by ${String(payload)}`)
      }
    },
  }
}

/** Every so often the transaction is rolled back at its end, or its commit arrives and its answer does not. */
function unreliable(session: Session): Transact {
  let calls = 0
  return async (run) => {
    const fate = ++calls % 7
    const result = await transactOf(session)(async (tx) => {
      const applied = await run(tx)
      if (fate === 3) throw new Error('Connection terminated unexpectedly')
      return applied
    })
    if (fate === 5) throw new Error('Connection terminated unexpectedly')
    return result
  }
}

async function numbers({ session }: { session: Session }, table: string) {
  return session.sql(`select key, n from ${table} order by key`)
}

async function openCopy(epoch: number): Promise<ConsumerBed> {
  const bed = await openConsumer(epoch)
  await bed.session.sql('create table copy (key text primary key, n integer not null)')
  await bed.session.sql("insert into copy select 'k' || i, 0 from generate_series(0, $1) i", KEYS - 1)
  return bed
}

test('a copy has each change once and in order while every component fails', async () => {
  await using redis = await openRedis()
  await using log = await runLog()
  await using bed = await openCopy(log.epoch)
  await log.session.sql('create table state (key text primary key, n integer not null)')
  await log.session.sql("insert into state select 'k' || i, 0 from generate_series(0, $1) i", KEYS - 1)
  const key = `log:${randomBytes(6).toString('hex')}`
  const publisher = streamPublisher({ send: await redis.connect(), key, keep: 50 })
  log.relay([publisher], { takeoverMs: 100 })
  log.relay([publisher], { takeoverMs: 100 })

  const stop = new AbortController()
  let poison = true
  const consumers = [1, 2].map(async () =>
    consume(
      {
        name: NAME,
        reader: healingReader(streamReader(await redis.connect(), key), log.feed, () => {}),
        sql: (await bed.database.session()).sql,
        transact: unreliable(await bed.database.session()),
        handler: following(() => poison),
        report: () => {},
        batch: 20,
        waitMs: 100,
        retryMs: 10,
      },
      stop.signal,
    ),
  )
  const [breaker, cutter] = [await redis.connect(), await log.database.session()]
  const writers = await Promise.all([0, 1, 2].map(() => log.database.session()))
  await Promise.all(
    writers.map(async (writer, w) => {
      for (let i = 0; i < WRITES; i++) {
        await writeNumber(writer, i * 3 + w)
        log.written.raise()
        if (w === 0 && i % 40 === 20) await cutter.sql(CUT_RELAYS)
        if (w === 1 && i % 60 === 30) await breaker(['DEL', key])
        if (w === 2 && i === WRITES / 2) poison = false
      }
    }),
  )
  await expect.poll(() => cutter.sql(UNTICKED)).toEqual([])
  const end = await lastTick(cutter.sql)
  await expect
    .poll(async () => (await bed.position()).offset)
    .toBeGreaterThanOrEqual(end ? endOf(end).offset : Number.POSITIVE_INFINITY)
  stop.abort()
  expect(await Promise.all(consumers)).toEqual(['stopped', 'stopped'])
  expect((await listParked(bed.session.sql, NAME)).map((parked) => parked.key)).toEqual(['k1'])
  await redrive(
    transactOf(bed.session),
    NAME,
    'k1',
    following(() => false),
  )
  expect(await numbers(bed, 'copy')).toEqual(await numbers({ session: cutter }, 'state'))
  expect(await listParked(bed.session.sql, NAME)).toEqual([])
})

/** Ends the connections of relays, of those that take ticks and of those that copy the log. */
const CUT_RELAYS = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and application_name = 'relay'`

/** Rows that no tick has yet. */
const UNTICKED = `select 1 from outbox
  where not pg_visible_in_snapshot(xid, (select cur from tick order by n desc limit 1))`
