import { Client } from 'pg'
import { expect, test } from 'vitest'
import { compareCopy } from '../../patterns/change-log/consumer/compare-copy.ts'
import { readConsumerPosition } from '../../patterns/change-log/consumer/consumer-position.ts'
import { rebuildFrom } from '../../patterns/change-log/consumer/rebuild-from.ts'
import { serveExport } from '../../patterns/change-log/owner/serve-export.ts'
import { COPY, entry, COPIES, openCopyBed, same, type CopyBed } from './support/copy-bed.ts'
import { openOwner } from './support/owner-bed.ts'
import { TIMEOUT_MS } from '../support/timeout.ts'

const never = new AbortController().signal

test('a copy that is rebuilt repeatedly during writes never goes back and ends up equal', async () => {
  await using owner = await openOwner()
  await using bed = await openCopyBed(owner)
  await owner.add('first', 1)
  const consumer = bed.consume()
  await same(owner, bed)
  const stop = new AbortController()
  const writers = await Promise.all([0, 1, 2].map(() => owner.log.database.session()))
  const writing = writers.map(async (session, w) => {
    for (let i = 0; !stop.signal.aborted; i++) {
      await session.sql('begin')
      await owner.add(`k${(i + w) % 5}`, 1, session)
      await session.sql(i % 7 === 0 ? 'rollback' : 'commit')
    }
  })
  const options = { name: COPIES, transact: bed.transact, openExport: bed.openExport }
  for (let round = 0; round < 8; round++) {
    const before = await readConsumerPosition(bed.sql, COPIES)
    const xid = await owner.add('mine', 1)
    expect(await consumer.fresh(entry(owner, xid), TIMEOUT_MS)).toBe(true)
    const rebuilt = await rebuildFrom({ ...options, copy: COPY }, stop.signal)
    expect(rebuilt.kind).toBe('rebuilt')
    expect((await readConsumerPosition(bed.sql, COPIES))?.offset).toBeGreaterThanOrEqual(before?.offset ?? 0)
    expect(await consumer.fresh(entry(owner, xid), 0)).toBe(true)
    expect(await bed.sql("select n from copy where key = 'mine'")).toEqual([{ n: round + 1 }])
  }
  stop.abort()
  await Promise.all(writing)
  await same(owner, bed)
})

test('a copy does not move from before the export until its rebuild, so it never goes back', async () => {
  await using owner = await openOwner()
  await using bed = await openCopyBed(owner)
  await owner.add('first', 1)
  const consumer = bed.consume()
  // Its own rebuild has ended: it has applied what came later. While that one holds its lock, another does nothing.
  await same(owner, bed)
  expect(await consumer.fresh(entry(owner, await owner.add('first', 1)), TIMEOUT_MS)).toBe(true)
  const place = async () => (await readConsumerPosition(bed.sql, COPIES))?.offset ?? 0
  let seen = 0
  const openExport = async (stop: AbortSignal) => {
    const chunks = await bed.openExport(stop)
    await owner.add('later', 1)
    // The consumer goes on with it, or waits for the end of the rebuild.
    const later = async () => (await bed.copy()).some(({ key }) => key === 'later')
    await expect.poll(async () => (await later()) || (await isHeld(bed))).toBe(true)
    seen = await place()
    return chunks
  }
  const rebuilt = await rebuildFrom({ name: COPIES, transact: bed.transact, openExport, copy: COPY }, never)
  // Where it was put: it may have gone on since.
  expect(rebuilt.kind === 'rebuilt' && rebuilt.start.position.offset).toBeGreaterThanOrEqual(seen)
  expect(await consumer.fresh(entry(owner, await owner.add('last', 1)), TIMEOUT_MS)).toBe(true)
  await same(owner, bed)
})

async function isHeld(bed: CopyBed): Promise<boolean> {
  const waiting = await bed.sql(
    "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  )
  return waiting.length > 0
}

test('a comparison finds wrong rows but does not report newer ones', async () => {
  await using owner = await openOwner()
  await using bed = await openCopyBed(owner)
  const consumer = bed.consume()
  for (const key of ['a', 'b', 'c']) await owner.add(key, 1)
  await same(owner, bed)
  const compare = (waitMs = TIMEOUT_MS) =>
    compareCopy(
      {
        sql: bed.sql,
        name: COPIES,
        openExport: bed.openExport,
        until: consumer.until,
        waitMs,
        // It only counts up: more than exported is newer.
        compareRows: async (rows) => {
          const wrong = await bed.sql<{ key: string }>(
            `select r.key from json_to_recordset($1) as r (key text, n integer)
             left join copy using (key) where copy.n is null or copy.n < r.n`,
            JSON.stringify(rows),
          )
          return { wrong: wrong.map(({ key }) => key) }
        },
      },
      never,
    )
  expect(await compare()).toEqual({ kind: 'compared', rows: 3, wrong: 0, examples: [] })
  await bed.sql("update copy set n = 0 where key = 'b'")
  expect(await compare()).toEqual({ kind: 'compared', rows: 3, wrong: 1, examples: ['b'] })
  await consumer[Symbol.asyncDispose]()
  await owner.add('a', 1)
  expect(await compare(30)).toEqual({ kind: 'behind' })
})

test('an export leaves no open transaction if its reader disconnects', async () => {
  await using owner = await openOwner()
  await owner.add('a', 1)
  await using bed = await openCopyBed(owner)
  owner.mode.export = 'held'
  const stop = new AbortController()
  const body = await bed.openExport(stop.signal)
  await body[Symbol.asyncIterator]().next()
  expect(await owner.exports()).toBe(1)
  stop.abort()
  await expect.poll(() => owner.exports()).toBe(0)
})

test('an open export is closed immediately if a step before its rows fails', async () => {
  await using owner = await openOwner()
  await owner.add('a', 1)
  await using bed = await openCopyBed(owner)
  owner.mode.export = 'held'
  const fails = () => Promise.reject(new Error('fails'))
  const opened: AbortSignal[] = []
  const openExport = (stop: AbortSignal) => {
    opened.push(stop)
    return bed.openExport(stop)
  }
  const noExport = async (stop: AbortSignal) => {
    const chunks = await openExport(stop)
    return (async function* () {
      yield Buffer.from('{"fails":1}\n')
      yield* chunks
    })()
  }
  const inProcess = (stop: AbortSignal) => {
    opened.push(stop)
    const connect = async () => {
      const client = new Client({ connectionString: owner.log.database.url, application_name: 'export' })
      await client.connect()
      return client
    }
    return serveExport({ connect, query: 'select key, n from state' }, stop)
  }
  const { sql, transact } = bed
  const rebuilding = { name: COPIES, transact, openExport, copy: COPY }
  const comparing = { name: COPIES, sql, openExport, until: fails, waitMs: 0, compareRows: fails }
  const runs = [
    () => rebuildFrom({ ...rebuilding, copy: { ...COPY, clear: fails } }, never),
    () => rebuildFrom({ ...rebuilding, openExport: noExport }, never),
    () => rebuildFrom({ ...rebuilding, openExport: inProcess, copy: { ...COPY, clear: fails } }, never),
    () => compareCopy(comparing, never),
    () => compareCopy({ ...comparing, openExport: noExport }, never),
  ]
  for (const run of runs) await expect(run()).rejects.toThrow('fails')
  expect(opened.map(({ aborted }) => aborted)).toEqual(runs.map(() => true))
  await expect.poll(() => owner.exports()).toBe(0)
  expect(await compareCopy({ ...comparing, until: async () => false }, never)).toEqual({ kind: 'behind' })
  await expect.poll(() => owner.exports()).toBe(0)
})

test('an export of many rows is streamed and loaded completely', async () => {
  await using owner = await openOwner()
  const ROWS = 50_000
  await owner.log.session.sql(
    `insert into state select 'k' || lpad(i::text, 6, '0'), i from generate_series(1, ${ROWS}) i`,
  )
  await using bed = await openCopyBed(owner)
  bed.consume()
  await same(owner, bed)
  expect(await bed.copy()).toHaveLength(ROWS)
})
