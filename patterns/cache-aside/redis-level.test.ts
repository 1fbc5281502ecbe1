import { expect, test } from 'vitest'
import type { RedisCache, RedisFill, RedisState } from './redis-cache.ts'
import { createRedisLevel } from './redis-level.ts'

type Read = Awaited<ReturnType<RedisCache['read']>>

/** A level whose Redis responds when the test says so. */
function openBed() {
  const events: string[] = []
  const reads: { keys: readonly string[]; reply: PromiseWithResolvers<Read> }[] = []
  const stores: {
    fills: readonly RedisFill[]
    incarnation: string
    reply: PromiseWithResolvers<'stored'[]>
  }[] = []
  const level = createRedisLevel({
    cache: {
      read(keys) {
        const reply = Promise.withResolvers<Read>()
        reads.push({ keys, reply })
        return reply.promise
      },
      store(fills, incarnation) {
        const reply = Promise.withResolvers<'stored'[]>()
        stores.push({ fills, incarnation, reply })
        return reply.promise
      },
    },
    onMove: () => events.push('moved'),
    onFill: (end) => events.push(end),
  })
  return { level, reads, stores, events, turn: () => new Promise<void>((resolve) => setImmediate(resolve)) }
}

const stateAt = (offset: number): RedisState => ({
  incarnation: 'i',
  positions: new Map([['d', { epoch: 1, offset, tick: null, time: 0 }]]),
})
const entry = (value: string) => ({ value, facets: ['f'], databases: ['d'], ttlMs: 1 })
const fill = (key: string, value = 'v'): RedisFill => ({ key, entry: entry(value), at: new Map() })

test('the reads of one turn are one round trip, and at most 64 of them one script', async () => {
  const { level, reads, turn } = openBed()
  const one = level.read('a')
  await turn()
  const others = Array.from({ length: 65 }, (_, i) => level.read(`b${i}`))
  await turn()
  expect(reads.map(({ keys }) => keys.length)).toEqual([1, 64, 1])
  const state = stateAt(1)
  reads[0]?.reply.resolve({ state, entries: [entry('A')] })
  expect(await one).toEqual({ state, entry: entry('A') })
  reads[2]?.reply.resolve({ state, entries: [null] })
  expect(await others[64]).toEqual({ state, entry: null })
})

test('a move is reported before the reads that show it return, so none of them joins an older fetch', async () => {
  const { level, reads, events, turn } = openBed()
  const read = async (state: RedisState | null) => {
    const entries = level.read('a').then(() => events.push('read'))
    await turn()
    reads.at(-1)?.reply.resolve({ state, entries: [null] })
    await entries
  }
  const first = stateAt(1)
  for (const state of [first, first, stateAt(2), null, first]) await read(state)
  expect(events).toEqual(['moved', 'read', 'read', 'moved', 'read', 'moved', 'read', 'moved', 'read'])
})

test('if Redis does not respond, a read finds nothing, and a fill is dropped', async () => {
  const { level, reads, stores, events, turn } = openBed()
  const read = level.read('a')
  level.store(fill('a'), 'i')
  await turn()
  reads[0]?.reply.reject(new Error('down'))
  stores[0]?.reply.reject(new Error('down'))
  expect(await read).toEqual({ state: null, entry: null })
  await turn()
  expect(events).toEqual(['dropped'])
})

test('fills of different incarnations, and many of them, are different scripts', async () => {
  const { level, stores, turn } = openBed()
  for (let i = 0; i < 65; i++) level.store(fill(`${i}`), 'i')
  level.store(fill('other'), 'j')
  level.store(fill('large', 'x'.repeat(2_000_000)), 'j')
  level.store(fill('after'), 'j')
  await turn()
  expect(stores.map(({ fills, incarnation }) => [fills.length, incarnation])).toEqual([
    [64, 'i'],
    [1, 'i'],
    [2, 'j'],
    [1, 'j'],
  ])
})

test('while Redis is slow, the memory of waiting fills is bounded', async () => {
  const { level, stores, events, turn } = openBed()
  const megabytes = (n: number) => level.store(fill('a', 'x'.repeat(n * 1_048_576)), 'i')
  megabytes(10)
  await turn()
  megabytes(5)
  megabytes(5)
  expect(events).toEqual(['dropped'])
  stores[0]?.reply.resolve(['stored'])
  await turn()
  megabytes(5)
  await turn()
  expect(events).toEqual(['dropped', 'stored'])
})
