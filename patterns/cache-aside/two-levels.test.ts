import { expect, test } from 'vitest'
import { createMemoryCache } from './memory-cache.ts'
import type { RedisEntry } from './redis-entries.ts'
import type { RedisLevel } from './redis-level.ts'
import { createTwoLevels, type CacheValue } from './two-levels.ts'

const place = { epoch: 1, offset: 0 }
const places = new Map([['d', place]])
const accepts = () => true

/** Both levels of a cache of the database `d`. The level in Redis is a Map whose entries do not expire. */
function openBed() {
  const time = { now: 0 }
  const clock = () => time.now
  const memory = createMemoryCache<string>({ maxBytes: 1_000_000, clock })
  memory.restart('d', place)
  const stored = new Map<string, RedisEntry>()
  const redis: RedisLevel = {
    read: async (key) => stored.get(key) ?? null,
    store: ({ key, entry }) => void stored.set(key, entry),
  }
  const levels = createTwoLevels({ memory, redis, clock, random: () => 1 })
  const store = (key: string, more: Partial<CacheValue> = {}, shared = true) =>
    levels.store(
      key,
      { value: 'v', facets: ['f'], databases: ['d'], maxAgeMs: 60_000, ...more },
      places,
      shared,
    )
  return { time, memory, stored, levels, store }
}

test('a value expires with the first of its parts, in both levels', () => {
  const { time, stored, levels, store } = openBed()
  time.now = 100_000
  store('whole')
  store('parts', { expiresAt: 130_000 })
  expect(stored.get('whole')?.ttlMs).toBe(60_000)
  expect(stored.get('parts')?.ttlMs).toBe(30_000)
  time.now = 129_999
  expect(levels.peek('parts', accepts)).toMatchObject({ expiresAt: 130_000 })
  time.now = 130_000
  expect(levels.peek('parts', accepts)).toBeNull()
  expect(levels.peek('whole', accepts)).toMatchObject({ expiresAt: 160_000 })
})

// As in cachette (pull request 24), where each read from Redis began a new time to live in memory.
test('a value from Redis has its remaining time in memory, not a new one', async () => {
  const { time, stored, levels } = openBed()
  stored.set('a', { value: 'v', facets: ['f'], places, ttlMs: 2_000 })
  const found = await levels.lookUp('a', accepts)
  expect(found).toMatchObject({ level: 'redis', expiresAt: 2_000 })
  time.now = 1_999
  expect(levels.peek('a', accepts)).toMatchObject({ level: 'memory', expiresAt: 2_000 })
  time.now = 2_000
  expect(levels.peek('a', accepts)).toBeNull()
})

// As in Next.js (issue 94890): clients choose the keys, and long ones filled the memory.
test('the bound of the memory counts keys, too', () => {
  const { memory, store } = openBed()
  store('a')
  const { bytes } = memory
  store('b'.repeat(1_001))
  expect(memory.bytes).toBe(2 * bytes + 2_000)
  expect(store('c'.repeat(6_000))).toBe('too large')
})

test('a private value stays in memory', () => {
  const { stored, store } = openBed()
  expect(store('private', {}, false)).toBe('stored')
  expect(store('shared')).toBe('stored')
  expect([...stored.keys()]).toEqual(['shared'])
})

test('what the memory refuses is not stored in Redis either', () => {
  const { memory, stored, store } = openBed()
  const rest = { key: 'k', type: 't', version: 1, payload: null, headers: {}, time: 0 }
  memory.apply('d', 1, [{ kind: 'event', offset: 1, xid: '7', touches: ['f'], ...rest }])
  expect(store('a')).toBe('too old')
  expect(stored.size).toBe(0)
})

test('an entry of Redis is a hit only if the memory knows all that came after it, and nothing of it touches the entry', async () => {
  const { memory, stored, levels } = openBed()
  const rest = { key: 'k', type: 't', version: 1, payload: null, headers: {}, time: 0 }
  const found = async (facet: string, epoch: number, offset: number) => {
    stored.set(facet, {
      value: 'v',
      facets: [facet],
      places: new Map([['d', { epoch, offset }]]),
      ttlMs: 60_000,
    })
    return (await levels.lookUp(facet, accepts)) !== null
  }
  memory.restart('d', { epoch: 1, offset: 5 })
  memory.apply('d', 1, [{ kind: 'event', offset: 6, xid: '7', touches: ['f'], ...rest }])
  expect(await found('f', 1, 5)).toBe(false)
  expect(await found('f', 1, 6)).toBe(true)
  expect(await found('g', 1, 5)).toBe(true)
  // From before the memory began, ahead of it, and from another epoch.
  expect(await found('g', 1, 4)).toBe(false)
  expect(await found('f', 1, 9)).toBe(true)
  expect(await found('g', 2, 6)).toBe(false)
})
