import { expect, test } from 'vitest'
import type { ControlRecord, EventRecord } from '../change-log/index.ts'
import { createMemoryCache, type Entry } from './memory-cache.ts'

const all = () => true

function newCache({ maxBytes = 1_000_000, maxRecent = 100 } = {}) {
  const time = { now: 0 }
  const cache = createMemoryCache<string>({ maxBytes, maxRecent, clock: () => time.now })
  cache.restart('users', { epoch: 1, offset: 10 })
  cache.restart('posts', { epoch: 1, offset: 10 })
  return { cache, time }
}

const entry = (
  value: string,
  facets: readonly string[],
  more: Partial<Entry<string>> = {},
): Entry<string> => ({
  value,
  facets,
  databases: ['users'],
  bytes: 100,
  expiresAt: 1_000,
  ...more,
})

const event = (offset: number, touches: readonly string[] | null): EventRecord => ({
  kind: 'event',
  offset,
  xid: '1',
  key: 'k',
  type: 't',
  version: 1,
  payload: null,
  touches,
  headers: {},
  time: 0,
})

const control = (offset: number, time: number): ControlRecord => ({
  kind: 'control',
  offset,
  n: offset,
  cur: '5:5:',
  time,
})

test('an entry is found until one of its facets is touched, or its time is over', () => {
  const { cache, time } = newCache()
  expect(cache.store('a', entry('A', ['f', 'g']), cache.positions)).toBe('stored')
  expect(cache.store('b', entry('B', ['h']), cache.positions)).toBe('stored')
  expect(cache.read('a', all)?.value).toBe('A')
  cache.apply('users', 1, [event(11, ['g'])])
  expect(cache.read('a', all)).toBeNull()
  expect(cache.read('b', all)?.value).toBe('B')
  time.now = 1_000
  expect(cache.read('b', all)).toBeNull()
})

test('a value that was read before an invalidation is not stored after it', () => {
  const { cache } = newCache()
  const before = cache.positions
  cache.apply('users', 1, [event(11, ['f'])])
  expect(cache.store('a', entry('old', ['f']), before)).toBe('too old')
  expect(cache.store('b', entry('other', ['g']), before)).toBe('stored')
  expect(cache.store('a', entry('new', ['f']), cache.positions)).toBe('stored')
})

test('a value is refused when the list of invalidations no longer reaches back to it', () => {
  const { cache } = newCache({ maxRecent: 2 })
  const before = cache.positions
  cache.apply('users', 1, [event(11, ['f', 'g', 'h'])])
  expect(cache.store('a', entry('A', ['other']), before)).toBe('too old')
})

test('an event without facets invalidates everything of its database, and nothing else', () => {
  const { cache } = newCache()
  cache.store('a', entry('A', ['f']), cache.positions)
  cache.store('b', entry('B', ['g'], { databases: ['posts'] }), cache.positions)
  const before = cache.positions
  cache.apply('users', 1, [event(11, null)])
  expect(cache.read('a', all)).toBeNull()
  expect(cache.read('b', all)?.value).toBe('B')
  expect(cache.store('a', entry('A', ['f']), before)).toBe('too old')
})

test('the reader decides by the last tick', () => {
  const { cache } = newCache()
  cache.store('a', entry('A', ['f']), cache.positions)
  cache.apply('users', 1, [control(11, 500)])
  expect(cache.positions.get('users')).toMatchObject({ epoch: 1, offset: 11, time: 500 })
  expect(cache.read('a', (_, { time }) => time >= 500)?.value).toBe('A')
  expect(cache.read('a', (_, { time }) => time > 500)).toBeNull()
  expect(cache.read('a', all)?.value).toBe('A')
})

test('records that do not follow are refused', () => {
  const { cache } = newCache()
  const follow = (epoch: number, offset: number) => () => cache.apply('users', epoch, [event(offset, [])])
  expect(follow(1, 12)).toThrow('1-12 does not follow 1-10 in the log of users.')
  expect(follow(2, 11)).toThrow('2-11 does not follow 1-10 in the log of users.')
  expect(() => cache.apply('x', 1, [])).toThrow('The cache does not follow the log of x.')
})

test('after a restart, nothing from before is found or stored', () => {
  const { cache } = newCache()
  cache.store('a', entry('A', ['f']), cache.positions)
  const before = cache.positions
  cache.restart('users', { epoch: 1, offset: 20 })
  expect(cache.read('a', all)).toBeNull()
  expect(cache.store('a', entry('A', ['f']), before)).toBe('too old')
  cache.restart('users', { epoch: 2, offset: 0 })
  expect(cache.store('a', entry('A', ['f']), before)).toBe('unknown position')
  cache.leave('users')
  expect(cache.store('a', entry('A', ['f']), cache.positions)).toBe('unknown position')
})

test('memory is bounded, also that of facets, and large entries are refused', () => {
  const { cache } = newCache({ maxBytes: 100_000 })
  const many = Array.from({ length: 100 }, (_, i) => `f${i}`)
  expect(cache.store('a', entry('A', many), cache.positions)).toBe('too large')
  expect(cache.store('a', entry('A', [], { bytes: 1_000 }), cache.positions)).toBe('too large')
  for (let i = 0; i < 10_000; i++) cache.store(`k${i}`, entry('A', [`f${i}`]), cache.positions)
  expect(cache.bytes).toBeLessThanOrEqual(100_000)
  expect(cache.bytes).toBeGreaterThan(90_000)
})

test('touching a facet takes the same time whether one entry rests on it or 100,000', () => {
  const { cache } = newCache({ maxBytes: 100_000_000 })
  for (let i = 0; i < 100_000; i++) cache.store(`k${i}`, entry('A', ['f']), cache.positions)
  const bytes = cache.bytes
  cache.apply('users', 1, [event(11, ['f'])])
  // Entries are removed when they are read or evicted.
  expect(cache.bytes).toBe(bytes)
  expect(cache.read('k77', all)).toBeNull()
  expect(cache.bytes).toBeLessThan(bytes)
})
