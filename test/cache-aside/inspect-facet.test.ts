import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createRedisEntries, inspectFacet, type RedisFill } from '../../patterns/cache-aside/index.ts'
import { openRedis } from '../change-log/support/redis.ts'
import { domainKeys } from './support/domain-keys.ts'

const places = new Map([['users', { epoch: 1, offset: 10 }]])
const fill = (key: string, ...facets: string[]): RedisFill => ({
  key,
  entry: { value: `value of ${key}`, facets, places, ttlMs: 60_000 },
})

test('the entries in Redis that rest on a facet are found, with where they were read', async () => {
  await using redis = await openRedis()
  const send = await redis.connect()
  const domain = `test-${randomUUID()}`
  await using _ = domainKeys(send, domain)
  const inspect = (facet: string, maxScanned = 100) => inspectFacet({ send, domain, facet, maxScanned })
  expect(await inspect('f')).toEqual({ found: 0, entries: [], scanned: 0, complete: true })

  await createRedisEntries(send, domain).store([
    fill('a', 'e', 'f'),
    fill('b', 'f', 'g'),
    fill('c', 'ff'),
    fill('d'),
  ])
  const found = await inspect('f')
  expect(found).toMatchObject({ found: 2, scanned: 4, complete: true })
  const entry = (key: string) => ({ key, bytes: expect.any(Number), ttlMs: expect.any(Number), places })
  expect(found.entries.toSorted((x, y) => (x.key < y.key ? -1 : 1))).toEqual([entry('a'), entry('b')])
  expect(await inspect('f', 2)).toMatchObject({ scanned: 2, complete: false })
})
