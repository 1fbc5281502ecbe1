import { expect, test } from 'vitest'
import type { RedisEntry, RedisFill } from './redis-entries.ts'
import { createRedisLevel } from './redis-level.ts'

/** A level whose Redis responds when the test says so. */
function openBed() {
  const ends: string[] = []
  const reads: { keys: readonly string[]; reply: PromiseWithResolvers<(RedisEntry | null)[]> }[] = []
  const stores: { fills: readonly RedisFill[]; reply: PromiseWithResolvers<void> }[] = []
  const level = createRedisLevel({
    entries: {
      read(keys) {
        const reply = Promise.withResolvers<(RedisEntry | null)[]>()
        reads.push({ keys, reply })
        return reply.promise
      },
      store(fills) {
        const reply = Promise.withResolvers<void>()
        stores.push({ fills, reply })
        return reply.promise
      },
    },
    onFill: (end) => ends.push(end),
  })
  return { level, reads, stores, ends, turn: () => new Promise<void>((resolve) => setImmediate(resolve)) }
}

const entry = (value: string, facets: readonly string[] = ['f']) => ({
  value,
  facets,
  places: new Map([['d', { epoch: 1, offset: 1 }]]),
  ttlMs: 1,
})
const MEGABYTE = 1_048_576

test('the reads of one turn are one round trip, and at most 64 of them one script', async () => {
  const { level, reads, turn } = openBed()
  const one = level.read('a')
  await turn()
  const others = Array.from({ length: 65 }, (_, i) => level.read(`b${i}`))
  await turn()
  expect(reads.map(({ keys }) => keys.length)).toEqual([1, 64, 1])
  reads[0]?.reply.resolve([entry('A')])
  expect(await one).toEqual(entry('A'))
  reads[2]?.reply.resolve([null])
  expect(await others[64]).toBeNull()
})

test('if Redis does not respond, a read finds nothing, and a fill is dropped', async () => {
  const { level, reads, stores, ends, turn } = openBed()
  const read = level.read('a')
  level.store({ key: 'a', entry: entry('A') })
  await turn()
  reads[0]?.reply.reject(new Error('down'))
  stores[0]?.reply.reject(new Error('down'))
  expect(await read).toBeNull()
  await turn()
  expect(ends).toEqual(['dropped'])
})

test('many fills, and large ones, are several scripts; what is too large is not sent', async () => {
  const { level, stores, ends, turn } = openBed()
  for (let i = 0; i < 65; i++) level.store({ key: `${i}`, entry: entry('v') })
  for (let i = 0; i < 6; i++) level.store({ key: 'large', entry: entry('x'.repeat(250_000)) })
  level.store({ key: 'too large', entry: entry('x'.repeat(262_145)) })
  level.store({
    key: 'too many',
    entry: entry(
      'v',
      Array.from({ length: 10_001 }, (_, i) => `f${i}`),
    ),
  })
  await turn()
  expect(stores.map(({ fills }) => fills.length)).toEqual([64, 6, 1])
  expect(ends).toEqual(['too large', 'too large'])
})

test('while Redis is slow, the memory of waiting fills is bounded', async () => {
  const { level, stores, ends, turn } = openBed()
  const storeMegabytes = (count: number) => {
    for (let i = 0; i < count * 5; i++) level.store({ key: 'a', entry: entry('x'.repeat(MEGABYTE / 5)) })
  }
  storeMegabytes(15)
  await turn()
  storeMegabytes(2)
  expect(new Set(ends)).toEqual(new Set(['dropped']))
  for (const { reply } of stores) reply.resolve()
  await turn()
  const dropped = ends.filter((end) => end === 'dropped').length
  storeMegabytes(5)
  expect(ends.filter((end) => end === 'dropped')).toHaveLength(dropped)
})
