import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRedisEntries, keyPrefix, type RedisEntry } from '../../patterns/cache-aside/index.ts'
import type { SendCommand } from '../../patterns/change-log/index.ts'
import { openRedis, type TestRedis } from '../change-log/support/redis.ts'
import { domainKeys } from './support/domain-keys.ts'

let redis: TestRedis
let send: SendCommand
beforeAll(async () => {
  redis = await openRedis()
  send = await redis.connect()
})
afterAll(() => redis[Symbol.asyncDispose]())

function openEntries() {
  const domain = `test-${randomUUID()}`
  const keys = domainKeys(send, domain)
  return {
    entries: createRedisEntries(send, domain),
    prefix: keyPrefix(domain),
    [Symbol.asyncDispose]: () => keys[Symbol.asyncDispose](),
  }
}

const entry = (more: Partial<RedisEntry> = {}): RedisEntry => ({
  value: 'v',
  facets: ['f'],
  places: new Map([['users', { epoch: 3, offset: 10 }]]),
  ttlMs: 60_000,
  ...more,
})

test('entries come back as they were stored, with all that is needed to judge them', async () => {
  await using bed = openEntries()
  const strange = entry({
    value: '{"a":"ä\n\n\u0000😀"}',
    facets: ['f\t"', 'f:e:', '{}', 'ä'],
    places: new Map([
      ['users', { epoch: 3, offset: 10 }],
      ['users/1', { epoch: 1, offset: 0 }],
    ]),
  })
  const none = entry({ value: '', facets: [] })
  await bed.entries.store([
    { key: 'k:\n{x}', entry: strange },
    { key: 'none', entry: none },
  ])
  const found = await bed.entries.read(['k:\n{x}', 'missing', 'none'])
  expect(found).toEqual([
    { ...strange, ttlMs: expect.any(Number) },
    null,
    { ...none, ttlMs: expect.any(Number) },
  ])
  expect(found[0]?.ttlMs).toBeGreaterThan(50_000)
})

test('an entry whose time is over does not prevent that others are stored', async () => {
  await using bed = openEntries()
  await bed.entries.store([
    { key: 'a', entry: entry({ ttlMs: -5 }) },
    { key: 'b', entry: entry() },
  ])
  expect((await bed.entries.read(['b']))[0]).toMatchObject({ value: 'v' })
})

test('a key that another program wrote is no entry', async () => {
  await using bed = openEntries()
  await send(['SET', `${bed.prefix}a`, 'something else'])
  expect(await bed.entries.read(['a'])).toEqual([null])
})

test('a domain is named without braces', () => {
  expect(() => createRedisEntries(send, 'a{b')).toThrow('unlike "a{b"')
})
