import { expect, test } from 'vitest'
import { applyRecords } from '../../patterns/change-log/consumer/apply.ts'
import { consume } from '../../patterns/change-log/consumer/consume.ts'
import type { Handler } from '../../patterns/change-log/consumer/handler.ts'
import { FencedError } from '../../patterns/change-log/consumer/consumer-offset.ts'
import { readConsumerPosition } from '../../patterns/change-log/consumer/consumer-position.ts'
import { beginExport, rebuild, type ExportStart } from '../../patterns/change-log/export/export.ts'
import { insertEvents } from '../../patterns/change-log/writer/insert-events.ts'
import { takeTick } from '../../patterns/change-log/owner/tick.ts'
import { NAME, openConsumer, recordsOf, transactOf, writingHandler } from './support/consumer-bed.ts'
import { openLog, readAll, tick, type Session } from './support/log-database.ts'

/** The owner's state is a number for each key; each change is an event. */
async function add(session: Session, key: string, by: number): Promise<void> {
  await session.sql(
    'insert into state values ($1, $2) on conflict (key) do update set n = state.n + excluded.n',
    key,
    by,
  )
  await insertEvents(
    session.sql,
    [{ key, type: 'added', version: 1, payload: by, touches: [key] }],
    () => null,
  )
}

const counting: Handler = {
  versions: { added: 1 },
  async apply(tx, events) {
    for (const { key, payload } of events) {
      await tx(
        'insert into copy values ($1, $2) on conflict (key) do update set n = copy.n + excluded.n',
        key,
        payload,
      )
    }
  },
}

async function openOwner() {
  const log = await openLog()
  await log.relay.sql('create table state (key text primary key, n integer not null)')
  const state = () => log.relay.sql<{ key: string; n: number }>('select key, n from state order by key')
  return { log, state, [Symbol.asyncDispose]: () => log[Symbol.asyncDispose]() }
}

async function openCopy() {
  const bed = await openConsumer()
  await bed.session.sql('create table copy (key text primary key, n integer not null)')
  const copy = () => bed.session.sql<{ key: string; n: number }>('select key, n from copy order by key')
  return { bed, copy, [Symbol.asyncDispose]: () => bed[Symbol.asyncDispose]() }
}

async function load(session: Session, start: ExportStart, rows: readonly { key: string; n: number }[]) {
  await rebuild(transactOf(session), NAME, start, async (tx) => {
    await tx('delete from copy')
    for (const { key, n } of rows) await tx('insert into copy values ($1, $2)', key, n)
  })
}

test('a copy that is rebuilt from an export and then follows the log equals the state, despite open transactions', async () => {
  await using owner = await openOwner()
  await using copying = await openCopy()
  const { log } = owner
  const writer = await log.database.session()
  const [early, late] = [await log.database.session(), await log.database.session()]
  const exporter = await log.database.session()
  // Before the last tick; visible in the export but in no tick; under way, and ended before and after the next tick.
  await add(writer, 'ticked', 1)
  await tick(log.relay.sql)
  await early.sql('begin')
  await add(early, 'early', 10)
  await late.sql('begin')
  await add(late, 'late', 100)
  await add(writer, 'visible', 1_000)
  await exporter.sql('begin isolation level repeatable read read only')
  const start = await beginExport(exporter.sql)
  await early.sql('commit')
  await add(writer, 'ticked', 5)
  await add(writer, 'new', 10_000)
  await tick(log.relay.sql)
  const rows = await exporter.sql<{ key: string; n: number }>('select key, n from state')
  await exporter.sql('commit')
  expect(rows.map(({ key }) => key).toSorted()).toEqual(['ticked', 'visible'])
  await load(copying.bed.session, start, rows)
  await late.sql('commit')
  await add(writer, 'visible', 7)
  await tick(log.relay.sql)
  const records = await readAll(log.relay.sql, start.position)
  const transact = transactOf(copying.bed.session)
  for (const record of records) {
    const position = await copying.bed.position()
    await transact((tx) => applyRecords(tx, NAME, position, [record], counting))
  }
  expect(await copying.copy()).toEqual(await owner.state())
  expect(await copying.bed.position()).toMatchObject({ exported: null })
})

test('an event in the export is not applied again by a later tick', async () => {
  await using owner = await openOwner()
  await using copying = await openCopy()
  const { log } = owner
  const writer = await log.database.session()
  const exporter = await log.database.session()
  await log.relay.sql('begin')
  await takeTick(log.relay.sql, 1, true)
  await add(writer, 'visible', 1)
  await exporter.sql('begin isolation level repeatable read read only')
  const start = await beginExport(exporter.sql)
  const rows = await exporter.sql<{ key: string; n: number }>('select key, n from state')
  await exporter.sql('commit')
  await log.relay.sql('commit')
  await load(copying.bed.session, start, rows)
  await tick(log.relay.sql)
  const transact = transactOf(copying.bed.session)
  for (const record of await readAll(log.relay.sql, start.position)) {
    const position = await copying.bed.position()
    await transact((tx) => applyRecords(tx, NAME, position, [record], counting))
  }
  expect(await copying.copy()).toEqual([{ key: 'visible', n: 1 }])
  expect(await copying.bed.position()).toMatchObject({ offset: 4, exported: null })
})

test('a copy that is rebuilt repeatedly during writes always ends up equal', async () => {
  await using owner = await openOwner()
  await using copying = await openCopy()
  const { log } = owner
  const stop = new AbortController()
  const writers = await Promise.all([0, 1, 2].map(() => log.database.session()))
  const writing = writers.map(async (writer, w) => {
    for (let i = 0; !stop.signal.aborted; i++) {
      await writer.sql('begin')
      await add(writer, `k${(i + w) % 4}`, 1)
      await writer.sql(i % 7 === 0 ? 'rollback' : 'commit')
    }
  })
  const ticking = (async () => {
    while (!stop.signal.aborted) await tick(log.relay.sql)
  })()
  const exporter = await log.database.session()
  const reader = await log.database.session()
  for (let round = 0; round < 8; round++) {
    await exporter.sql('begin isolation level repeatable read read only')
    const start = await beginExport(exporter.sql)
    const rows = await exporter.sql<{ key: string; n: number }>('select key, n from state')
    await exporter.sql('commit')
    await load(copying.bed.session, start, rows)
    const records = await readAll(reader.sql, start.position, 1_000)
    const position = await copying.bed.position()
    if (records.length > 0)
      await transactOf(copying.bed.session)((tx) => applyRecords(tx, NAME, position, records, counting))
  }
  stop.abort()
  await Promise.all([...writing, ticking])
  await tick(log.relay.sql)
  const position = await copying.bed.position()
  const records = await readAll(reader.sql, position, 1_000)
  await transactOf(copying.bed.session)((tx) => applyRecords(tx, NAME, position, records, counting))
  expect(await copying.copy()).toEqual(await owner.state())
})

test('a consumer that is applying a batch during a rebuild is fenced, even if the offset is the same', async () => {
  await using bed = await openConsumer()
  const before = await bed.position()
  const start = { position: { epoch: 7, offset: 0 }, cur: '100:100:', time: 0, snapshot: '200:200:' }
  await rebuild(transactOf(bed.session), NAME, start, async (tx) => {
    await tx("insert into effect (payload) values ('exported')")
  })
  const late = transactOf(bed.session)((tx) =>
    applyRecords(tx, NAME, before, recordsOf('a1'), writingHandler()),
  )
  await expect(late).rejects.toThrow(FencedError)
  expect(await bed.effects()).toEqual(['exported'])
})

test('a failed rebuild changes nothing', async () => {
  await using bed = await openConsumer()
  const before = await bed.position()
  const start = { position: { epoch: 8, offset: 5 }, cur: '100:100:', time: 0, snapshot: '200:200:' }
  const failing = rebuild(transactOf(bed.session), NAME, start, () =>
    Promise.reject(new Error('half loaded')),
  )
  await expect(failing).rejects.toThrow('half loaded')
  expect(await readConsumerPosition(bed.session.sql, NAME)).toEqual(before)
})

test('an export outside a single snapshot is rejected', async () => {
  await using log = await openLog()
  await expect(beginExport(log.relay.sql)).rejects.toThrow('repeatable read')
})

test.each(['expired', 'other-epoch', 'ahead'] as const)(
  'a consumer stops for a rebuild if its log is %s',
  async (kind) => {
    await using bed = await openConsumer()
    const options = { name: NAME, sql: bed.session.sql, handler: writingHandler(), report: () => {} }
    const reader = { read: () => Promise.resolve({ kind, epoch: 9 }) }
    const end = consume(
      { ...options, reader, transact: transactOf(bed.session) },
      new AbortController().signal,
    )
    expect(await end).toBe(kind)
  },
)
