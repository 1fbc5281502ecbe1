import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockStreams, readStreams, type Appended } from '../../patterns/event-store/index.ts'
import { appendTo, numbersIn, openStore, SCHEMAS, timesOf, to, type Store } from './support/store.ts'

let store: Store
let run = 0
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store[Symbol.asyncDispose]())

const kinds = (outcomes: readonly Appended[]) => Object.groupBy(outcomes, ({ kind }) => kind)

test('of twenty appends with the same expected version one succeeds, and the others get the actual version', async () => {
  for (const version of [0, 1, 2]) {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => store.transact((tx) => appendTo(tx, [to('raced', version, n)]))),
    )
    const { appended, 'wrong version': wrong } = kinds(outcomes)
    expect([appended?.length, wrong?.length]).toEqual([1, 19])
    expect(wrong).toContainEqual({
      kind: 'wrong version',
      stream: 'raced',
      expected: version,
      actual: version + 1,
    })
    expect(await numbersIn(store.sql, 'raced')).toHaveLength(version + 1)
  }
})

/** Appends to some of five streams, at some time. The version of each stream is read first, under its lock or without it. */
const command = fc.record({
  streams: fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 5 }),
  events: fc.nat(3),
  locks: fc.boolean(),
  time: fc.nat(20),
  end: fc.constantFrom('commit', 'commit', 'commit', 'throw', 'kill'),
})

test('concurrent appends: all or nothing, in order, without gaps, at one growing time, and no deadlock', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.array(command, { maxLength: 6 }), { minLength: 4, maxLength: 4 }),
    async (writers) => {
      const prefix = `r${++run}-`
      let number = 0
      const committed: { streams: string[]; numbers: number[] }[] = []
      await Promise.all(
        writers.map(async (commands) => {
          for (const { streams: indexes, events, locks, time, end } of commands) {
            const streams = indexes.map((i) => `${prefix}${i}`)
            const numbers = Array.from({ length: events }, () => ++number)
            const kept = await store
              .transact(async (tx) => {
                if (locks) await lockStreams(tx, streams)
                const read = await readStreams(tx, streams, SCHEMAS)
                const appends = streams.map((stream) => to(stream, read.get(stream)?.length ?? 0, ...numbers))
                const appended = await appendTo(tx, appends, () => time)
                // Under the locks, the versions cannot have changed.
                if (locks && appended.kind !== 'appended') throw new Error(`${appended.kind} under the locks`)
                // The transaction is usable, whatever the outcome was.
                await tx('select 1')
                if (end === 'throw') throw new Error('on purpose')
                if (end === 'kill') await tx('select pg_terminate_backend(pg_backend_pid())')
                return appended.kind === 'appended'
              })
              .catch((error: unknown) => {
                if (end === 'commit') throw error
                return false
              })
            if (kept) committed.push({ streams, numbers })
          }
        }),
      )
      for (const i of [0, 1, 2, 3, 4]) {
        const stream = `${prefix}${i}`
        const expected = committed
          .filter(({ streams }) => streams.includes(stream))
          .flatMap(({ numbers }) => numbers)
        const found = await numbersIn(store.sql, stream)
        expect(found.toSorted((a, b) => a - b)).toEqual(expected.toSorted((a, b) => a - b))
        const times = await timesOf(store.sql, stream)
        // The events of one append have one time; those of the next a later one.
        for (const { numbers } of committed) {
          const places = numbers.map((n) => found.indexOf(n)).filter((place) => place >= 0)
          expect(places).toEqual(places.map((_, k) => (places[0] ?? 0) + k))
          expect(new Set(places.map((place) => times[place])).size).toBeLessThanOrEqual(1)
        }
        expect(times).toEqual(times.toSorted((a, b) => a - b))
        const starts = committed.filter(
          ({ streams, numbers }) => streams.includes(stream) && numbers.length > 0,
        )
        expect(new Set(times).size).toBe(starts.length)
      }
      // One time for all streams of an append.
      const times = await store.sql<{ times: number }>(
        `select count(distinct recorded_at)::integer as times from stream_event
       where stream like $1 group by xid having count(distinct recorded_at) > 1`,
        `${prefix}%`,
      )
      expect(times).toEqual([])
    },
  )
  await fc.assert(property, { numRuns: 40 })
})

test('a batch over many streams and commands over two of them wait for each other, and never deadlock', async () => {
  const all = Array.from({ length: 200 }, (_, i) => `d${String(i).padStart(3, '0')}`)
  const append = (streams: readonly string[]) =>
    store.transact(async (tx) => {
      await lockStreams(tx, streams)
      const read = await readStreams(tx, streams, SCHEMAS)
      return appendTo(
        tx,
        streams.map((stream) => to(stream, read.get(stream)?.length ?? 0, 1)),
      )
    })
  const outcomes = await Promise.all([
    ...Array.from({ length: 5 }, (_, i) => append(i % 2 === 0 ? all : all.toReversed())),
    ...Array.from({ length: 200 }, (_, i) =>
      append([all[i] ?? '', all[(i * 7 + 3) % 200] ?? ''].toSorted(() => (i % 2) - 0.5)),
    ),
  ])
  expect(kinds(outcomes)['wrong version']).toBeUndefined()
})

test('an append whose connection is lost leaves nothing, and the stream is free', async () => {
  const killed = store.transact(async (tx) => {
    await appendTo(tx, [to('killed', 0, 1), to('also killed', 0, 1)])
    await tx('select pg_terminate_backend(pg_backend_pid())')
  })
  await expect(killed).rejects.toThrow()
  expect(await store.transact((tx) => appendTo(tx, [to('killed', 0, 2)]))).toMatchObject({ kind: 'appended' })
  expect([await numbersIn(store.sql, 'killed'), await numbersIn(store.sql, 'also killed')]).toEqual([[2], []])
})

test('a transaction that is not read committed is refused by the primary key; no event is lost or replaced', async () => {
  const stale = store.transact(async (tx) => {
    await tx('set transaction isolation level repeatable read')
    await tx('select 1')
    await store.transact((other) => appendTo(other, [to('stale', 0, 1)]))
    return appendTo(tx, [to('stale', 0, 2)])
  })
  await expect(stale).rejects.toMatchObject({ code: '23505' })
  expect(await numbersIn(store.sql, 'stale')).toEqual([1])
})

test('more streams than a transaction may lock are refused before anything is locked', async () => {
  const many = Array.from({ length: 1_001 }, (_, i) => `m${i}`)
  await store.transact(async (tx) => {
    await expect(lockStreams(tx, many)).rejects.toThrow('A transaction locks at most 1000 streams, not 1001.')
    await lockStreams(tx, many.slice(1))
  })
})
