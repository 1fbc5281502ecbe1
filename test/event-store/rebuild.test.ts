import { afterEach, beforeEach, expect, test } from 'vitest'
import { isRight, rebuildProjection, type Report } from '../../patterns/event-store/index.ts'
import { quickly, runCommands, TABLES, type Command } from './support/basket.ts'
import { openStore, type Store } from './support/store.ts'

let store: Store
beforeEach(async () => {
  store = await openStore(TABLES)
})
afterEach(() => store[Symbol.asyncDispose]())

const run = (...commands: Command[]) => store.transact((tx) => runCommands(tx, commands, () => 1_000))
const put = (stream: string, amount: number): Command => ({ stream, put: amount })
const remove = (stream: string): Command => ({ stream, put: null })
const never = new AbortController().signal

function rebuild(
  options: Partial<Parameters<typeof rebuildProjection>[0]> = {},
  stop = never,
): Promise<Report> {
  const { sql, transact } = store
  return rebuildProjection({ sql, transact, ...quickly, checkOnly: false, ...(options as object) }, stop)
}
const tables = async () => [
  await store.sql('select * from item order by stream'),
  await store.sql('select * from basket where (items, amount) <> (0, 0) order by owner'),
]

/** 20 streams of three owners, of which every third was removed. */
async function fill(): Promise<void> {
  const streams = Array.from({ length: 20 }, (_, i) => `o${i % 3}/i${String(i).padStart(2, '0')}`)
  for (const stream of streams) await run(put(stream, 1))
  await run(...streams.map((stream, i) => (i % 3 === 0 ? remove(stream) : put(stream, 2))))
}

test('without events there is nothing to do', async () => {
  expect(await rebuild()).toMatchObject({ streams: 0, events: 0, counters: 0, stopped: false })
})

test('nothing differs after commands', async () => {
  await fill()
  const report = await rebuild({ checkOnly: true })
  expect(report).toMatchObject({
    streams: 20,
    events: 40,
    differing: { count: 0 },
    wrongCounters: { count: 0 },
  })
  expect(isRight(report)).toBe(true)
})

test.for([
  ['all rows are lost', 'delete from item; delete from basket'],
  ['rows are wrong', "update item set amount = amount + 1, since = since + interval '1 ms'"],
  ['a row is there that must not be', "insert into item select 'o0/i00', 'o0', 7, now()"],
  ['a row is there that has no stream', "insert into item values ('o9/i99', 'o9', 7, now())"],
  ['counters are wrong', 'update basket set items = items + 5, amount = 0'],
  ['counters are lost', "delete from basket where owner = 'o1'"],
] as const)('check finds it and changes nothing, and rebuild repairs it, when %s', async ([, damage]) => {
  await fill()
  const right = await tables()
  for (const text of damage.split('; ')) await store.sql(text)
  const damaged = await tables()
  const checked = await rebuild({ checkOnly: true })
  expect(isRight(checked)).toBe(false)
  expect(checked.differing.examples.length + checked.wrongCounters.examples.length).toBeGreaterThan(0)
  expect(await tables()).toEqual(damaged)
  const rebuilt = await rebuild()
  expect(isRight(rebuilt)).toBe(true)
  expect(await tables()).toEqual(right)
  expect(await rebuild()).toMatchObject({ differing: { count: 0 }, wrongCounters: { count: 0 } })
})

test('events of all schemas are folded in the current one', async () => {
  const now = new Date(1_000)
  const old = `insert into stream_event values ('o0/a', $1, 'Put', $2, $3, '{}', $4)`
  await store.sql(old, 1, 1, '{"count": "1"}', now)
  await store.sql(old, 2, 2, '{"amount": "20"}', now)
  await run(put('o0/a', 300))
  await store.sql('delete from item')
  expect(await rebuild()).toMatchObject({ differing: { count: 1 }, repaired: 1 })
  expect(await tables()).toEqual([
    [{ stream: 'o0/a', owner: 'o0', amount: 321, since: now }],
    [{ owner: 'o0', items: 1, amount: 321 }],
  ])
})

test('a stream that cannot be read is reported and left alone; the others are repaired', async () => {
  await fill()
  const event = `insert into stream_event values ($1, $2, $3, $4, '{}', '{}', now())`
  await store.sql(event, 'o0/newer', 1, 'Put', 4)
  await store.sql(event, 'o0/gap', 2, 'Put', 3)
  await store.sql('update item set amount = 0')
  const report = await rebuild()
  expect(report.unreadable.examples.toSorted()).toEqual([
    'Event 1 of stream "o0/newer" (Put) cannot be read: its schema is 4, and this program knows 3 at most.',
    'Event 2 of stream "o0/gap" (Put) cannot be read: version 1 is missing before it.',
  ])
  expect(report).toMatchObject({ differing: { count: 13 }, repaired: 13 })
  expect(isRight(report)).toBe(false)
})

test('a rebuild that was stopped continues where it ended', async () => {
  await fill()
  const right = await tables()
  await store.sql('update item set amount = amount + 1')
  const stop = new AbortController()
  const first = await rebuild({ parallel: 1, progress: () => stop.abort() }, stop.signal)
  expect(first).toMatchObject({ stopped: true, streams: 4, after: 'o0/i09' })
  const { after } = first
  expect(await rebuild({ after })).toMatchObject({ stopped: false, streams: 16 })
  expect(await tables()).toEqual(right)
})

test('a rebuild that lost a connection fails, and what it has repaired remains', async () => {
  await fill()
  await store.sql('delete from item')
  let chunks = 0
  const { projection } = quickly
  const repair: typeof projection.repair = async (tx, differences) => {
    await projection.repair(tx, differences)
    if (++chunks === 3) await tx('select pg_terminate_backend(pg_backend_pid())')
  }
  await expect(rebuild({ parallel: 1, projection: { ...projection, repair } })).rejects.toThrow()
  // The first two chunks with rows have one and four.
  expect(await store.sql('select from item')).toHaveLength(5)
  await rebuild()
  expect(await store.sql('select from item')).toHaveLength(13)
})

test('a projection that refuses to be repaired is only compared', async () => {
  await fill()
  await store.sql('delete from item')
  const projection = { ...quickly.projection, refusal: async () => 'rows are not imported yet.' } as never
  await expect(rebuild({ projection })).rejects.toThrow(
    'The projection cannot be rebuilt: rows are not imported yet.',
  )
  expect(await rebuild({ projection, checkOnly: true })).toMatchObject({ differing: { count: 13 } })
  expect(await store.sql('select from item')).toEqual([])
})
