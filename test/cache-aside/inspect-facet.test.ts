import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createRedisCache, inspectFacet, type RedisFill } from '../../patterns/cache-aside/index.ts'
import type { EventRecord } from '../../patterns/change-log/index.ts'
import { openRedis } from '../change-log/support/redis.ts'
import { domainKeys } from './support/domain-keys.ts'

const AT = new Map([['users', { epoch: 1, offset: 10 }]])
const fill = (key: string, ...facets: string[]): RedisFill => ({
  key,
  entry: { value: `value of ${key}`, facets, databases: ['users'], ttlMs: 60_000 },
  at: AT,
})

test('what Redis has of a facet is found, and whether it is current', async () => {
  await using redis = await openRedis()
  const send = await redis.connect()
  const domain = `test-${randomUUID()}`
  await using _ = domainKeys(send, domain)
  const inspect = (facet: string, maxScanned = 100) =>
    inspectFacet({ send, domain, facet, databases: ['users'], maxScanned })
  expect(await inspect('f')).toBeNull()

  const cache = createRedisCache({ send, domain, random: randomUUID })
  await cache.start(null, AT)
  const incarnation = (await cache.read([])).state?.incarnation ?? ''
  expect(await inspect('f')).toEqual({
    incarnation,
    nonce: null,
    invalidated: [{ database: 'users', offset: null, floor: 10 }],
    found: 0,
    entries: [],
    scanned: 0,
    complete: true,
  })

  await cache.store([fill('a', 'e', 'f'), fill('b', 'f', 'g'), fill('c', 'ff'), fill('d')], incarnation)
  const entry = (key: string, current: boolean) => ({
    key,
    bytes: expect.any(Number),
    ttlMs: expect.any(Number),
    current,
  })
  const before = await inspect('f')
  expect(before).toMatchObject({ nonce: { text: expect.any(String) }, found: 2, scanned: 4, complete: true })
  expect(before?.entries.toSorted((x, y) => (x.key < y.key ? -1 : 1))).toEqual([
    entry('a', true),
    entry('b', true),
  ])
  expect(await inspect('f', 2)).toMatchObject({ scanned: 2, complete: false })

  const event: EventRecord = {
    kind: 'event',
    offset: 11,
    xid: '1',
    key: 'k',
    type: 't',
    version: 1,
    payload: {},
    touches: ['g'],
    headers: {},
    time: 0,
  }
  await cache.apply('users', { epoch: 1, offset: 10 }, [event])
  expect(await inspect('g')).toMatchObject({
    nonce: null,
    invalidated: [{ database: 'users', offset: 11, floor: 10 }],
    entries: [entry('b', false)],
  })
  expect((await inspect('f'))?.entries).toEqual(expect.arrayContaining([entry('a', true), entry('b', false)]))
})
