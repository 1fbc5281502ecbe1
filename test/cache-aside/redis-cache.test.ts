import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  createRedisCache,
  type RedisEntry,
  type RedisFill,
  type RedisState,
} from '../../patterns/cache-aside/index.ts'
import type { EventRecord, SendCommand } from '../../patterns/change-log/index.ts'
import { openRedis, type TestRedis } from '../change-log/support/redis.ts'
import { domainKeys } from './support/domain-keys.ts'

let redis: TestRedis
let send: SendCommand
beforeAll(async () => {
  redis = await openRedis()
  send = await redis.connect()
})
afterAll(() => redis[Symbol.asyncDispose]())

const TOP = new Map([
  ['users', { epoch: 3, offset: 10 }],
  ['users/1', { epoch: 1, offset: 0 }],
])

async function openCache({ maxRecent = 100 } = {}) {
  const domain = `test-${randomUUID()}`
  const keys = domainKeys(send, domain)
  const cache = createRedisCache({ send, domain, maxRecent, random: randomUUID })
  await cache.start(null, TOP)
  return {
    cache,
    keys,
    prefix: `cache1:{${domain}}:`,
    state: async () => (await cache.read([])).state as RedisState,
    store: (fills: readonly Omit<RedisFill, 'at'>[], { incarnation, positions }: RedisState) =>
      cache.store(
        fills.map((fill) => ({ ...fill, at: positions })),
        incarnation,
      ),
    find: async (key: string) => (await cache.read([key])).entries[0]?.value ?? null,
    [Symbol.asyncDispose]: () => keys[Symbol.asyncDispose](),
  }
}

const entry = (value: string, facets: readonly string[], more: Partial<RedisEntry> = {}): RedisEntry => ({
  value,
  facets,
  databases: ['users'],
  ttlMs: 60_000,
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

test('entries come back as they were stored, with all that they rest on', async () => {
  await using bed = await openCache()
  const strange = {
    value: '{"a":"ä\n\u0000😀"}',
    facets: ['f\t"', 'f:e:', '{}'],
    databases: ['users', 'users/1'],
  }
  const fills = [
    { key: 'k:\n{x}', entry: entry(strange.value, strange.facets, strange) },
    { key: 'none', entry: entry('null', [], { databases: [] }) },
  ]
  expect(await bed.store(fills, await bed.state())).toEqual(['stored', 'stored'])
  const { entries } = await bed.cache.read(['k:\n{x}', 'missing', 'none'])
  expect(entries).toEqual([
    { ...strange, ttlMs: expect.any(Number) },
    null,
    { value: 'null', facets: [], databases: [], ttlMs: expect.any(Number) },
  ])
  expect(entries[0]?.ttlMs).toBeGreaterThan(50_000)
})

test('a cache that was never started, or has lost its data, has no state and no entries, and stores nothing', async () => {
  await using bed = await openCache()
  const state = await bed.state()
  await bed.keys.flush()
  expect(await bed.cache.read(['a'])).toEqual({ state: null, entries: [null] })
  expect(await bed.store([{ key: 'a', entry: entry('A', ['f']) }], state)).toEqual(['unknown position'])
})

test('records are applied once, by one of several gateways, and only where they follow', async () => {
  await using bed = await openCache()
  const from = { epoch: 3, offset: 10 }
  const records = [event(11, ['f']), { kind: 'control', offset: 12, n: 1, cur: '9:9:', time: 77 } as const]
  expect(await bed.cache.apply('users', from, records)).toBe(true)
  expect(await bed.cache.apply('users', from, records)).toBe(false)
  expect(await bed.cache.apply('users', { epoch: 2, offset: 12 }, [event(13, [])])).toBe(false)
  expect(await bed.cache.apply('unknown', from, records)).toBe(false)
  await expect(bed.cache.apply('users', from, [event(12, [])])).rejects.toThrow(
    'Offset 12 does not follow offset 10 in the log of users.',
  )
  const { positions } = await bed.state()
  expect(positions.get('users')).toMatchObject({ epoch: 3, offset: 12, time: 77, tick: { epoch: 3 } })
  expect(positions.get('users/1')).toEqual({ epoch: 1, offset: 0, tick: null, time: 0 })
})

test('of two gateways that start it anew, one does', async () => {
  await using bed = await openCache()
  const { incarnation } = await bed.state()
  const at = (offset: number) => new Map([['users', { epoch: 4, offset }]])
  await Promise.all([bed.cache.start(incarnation, at(1)), bed.cache.start(incarnation, at(2))])
  const { incarnation: next, positions } = await bed.state()
  expect(next).not.toBe(incarnation)
  expect([...positions]).toEqual([['users', { epoch: 4, offset: 1, tick: null, time: 0 }]])
})

test('an event without facets makes all entries of its database unreachable, and no others', async () => {
  await using bed = await openCache()
  const state = await bed.state()
  const other = { key: 'other', entry: entry('O', ['f'], { databases: ['users/1'] }) }
  await bed.store([{ key: 'a', entry: entry('A', ['g']) }, other], state)
  expect(
    await bed.cache.apply('users', { epoch: 3, offset: 10 }, [
      event(11, ['h']),
      event(12, null),
      event(13, []),
    ]),
  ).toBe(true)
  expect(await bed.find('a')).toBeNull()
  expect(await bed.find('other')).toBe('O')
  expect(await bed.store([{ key: 'a', entry: entry('A', ['f']) }], state)).toEqual(['too old'])
  expect(await bed.store([{ key: 'a', entry: entry('A', ['f']) }], await bed.state())).toEqual(['stored'])
})

test('records with 100,000 facets are applied, and the list of invalidations stays bounded', async () => {
  await using bed = await openCache({ maxRecent: 1_000 })
  const state = await bed.state()
  await bed.store([{ key: 'a', entry: entry('A', ['f99999']) }], state)
  const records = Array.from({ length: 400 }, (_, i) =>
    event(
      11 + i,
      Array.from({ length: 250 }, (_facet, j) => `f${250 * i + j}`),
    ),
  )
  expect(await bed.cache.apply('users', { epoch: 3, offset: 10 }, records)).toBe(true)
  expect(await bed.find('a')).toBeNull()
  const late = (facet: string, at: RedisState) => bed.store([{ key: 'b', entry: entry('B', [facet]) }], at)
  expect(await late('never touched', state)).toEqual(['too old'])
  expect(await late('f99999', await bed.state())).toEqual(['stored'])
})

test('an entry whose time is over does not prevent that others are stored', async () => {
  await using bed = await openCache()
  const fills = [
    { key: 'a', entry: entry('A', ['f'], { ttlMs: 0 }) },
    { key: 'b', entry: entry('B', ['f', 'g']) },
  ]
  expect(await bed.store(fills, await bed.state())).toEqual(['stored', 'stored'])
  expect(await bed.find('b')).toBe('B')
})

test('if the list of invalidations is lost, values from before are refused, and later ones are stored', async () => {
  await using bed = await openCache({ maxRecent: 2 })
  const before = await bed.state()
  await send(['DEL', `${bed.prefix}r:users`])
  const fill = [{ key: 'a', entry: entry('A', ['f']) }]
  expect(await bed.store(fill, before)).toEqual(['unknown position'])
  expect(await bed.cache.apply('users', { epoch: 3, offset: 10 }, [event(11, ['x'])])).toBe(true)
  const between = await bed.state()
  expect(await bed.cache.apply('users', { epoch: 3, offset: 11 }, [event(12, ['f', 'g', 'h'])])).toBe(true)
  expect(await bed.store(fill, before)).toEqual(['too old'])
  expect(await bed.store(fill, between)).toEqual(['too old'])
  expect(await bed.store(fill, await bed.state())).toEqual(['stored'])
})

test('a domain is named without braces', () => {
  expect(() => createRedisCache({ send, domain: 'a{b', random: randomUUID })).toThrow('unlike "a{b"')
})

test('what cannot be stored is refused alone, with the reason', async () => {
  await using bed = await openCache()
  const many = Array.from({ length: 1_001 }, (_, i) => `f${i}`)
  const fills = [
    { key: 'a', entry: entry('A', many) },
    { key: 'b', entry: entry('B', many.slice(1)) },
    { key: 'd', entry: entry('x'.repeat(262_145), ['f']) },
    { key: 'e', entry: entry('x'.repeat(262_144), ['f']) },
    // A response lists the facets of each of its entities.
    { key: 'g', entry: entry('G', [...many.slice(1), ...many.slice(1)]) },
  ]
  expect(await bed.store(fills, await bed.state())).toEqual([
    'too large',
    'stored',
    'too large',
    'stored',
    'stored',
  ])
  const broken = [{ key: 'c', entry: entry('C', ['a\nb']) }]
  await expect(bed.store(broken, await bed.state())).rejects.toThrow(
    'has no line breaks, unlike one of ["a\\nb"]',
  )
})

test('an event that touches a facet with a line break touches the whole database', async () => {
  await using bed = await openCache()
  await bed.store([{ key: 'a', entry: entry('A', ['f']) }], await bed.state())
  expect(await bed.cache.apply('users', { epoch: 3, offset: 10 }, [event(11, ['\n'])])).toBe(true)
  expect(await bed.find('a')).toBeNull()
})

test('as long as nothing changes, each read returns the same state', async () => {
  await using bed = await openCache()
  const state = await bed.state()
  expect(await bed.state()).toBe(state)
  await bed.cache.apply('users', { epoch: 3, offset: 10 }, [event(11, [])])
  expect(await bed.state()).not.toBe(state)
})

test('an event with more facets than a script takes touches the whole database', async () => {
  await using bed = await openCache()
  expect(await bed.store([{ key: 'a', entry: entry('A', ['other']) }], await bed.state())).toEqual(['stored'])
  const touches = Array.from({ length: 600_000 }, (_, i) => `${i}`)
  expect(
    await bed.cache.apply('users', { epoch: 3, offset: 10 }, [event(11, touches), event(12, ['f'])]),
  ).toBe(true)
  expect((await bed.state()).positions.get('users')?.offset).toBe(12)
  expect(await bed.find('a')).toBeNull()
})
