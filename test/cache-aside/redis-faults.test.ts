import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TesseraGateway } from '../../gateway/tessera/start-tessera-gateway.ts'
import { ownRedis, type OwnRedis } from '../change-log-owner/support/own-redis.ts'
import { ask } from './support/ask.ts'
import { startGateway } from './support/gateway.ts'
import { somePeople, type People } from './support/people.ts'

let opened: AsyncDisposableStack
let redis: OwnRedis
let plain: TesseraGateway
let gateways: TesseraGateway[]
let people: People
beforeAll(async () => {
  opened = new AsyncDisposableStack()
  redis = opened.use(await ownRedis())
  await redis.process.start()
  plain = opened.use(await startGateway({}))
  const env = { CACHE: 'on', REDIS_URL: redis.url, LOG_TRANSPORT: 'feed' }
  gateways = [opened.use(await startGateway(env)), opened.use(await startGateway(env))]
  people = await somePeople(2)
})
afterAll(() => opened.disposeAsync())

/** A query that was never asked before, so no memory has it. */
let queries = 0
const newQuery = () => ({
  query: `query Q${++queries}($handle: String!) { user(handle: $handle) { a${queries}: handle bio posts { nodes { text } } } }`,
  variables: { handle: people.people[0]?.handle },
})

/** One gateway reads, and the other finds it in Redis. */
async function redisIsUsed(): Promise<boolean> {
  const asked = newQuery()
  for (const gateway of gateways) {
    const { cache } = await ask(gateway, asked)
    if (cache === 'tessera; hit; detail=redis') return true
  }
  return false
}

async function bothAreRight(): Promise<void> {
  for (let n = 0; n < 4; n++) {
    await people.run('updateProfile', 0, 0, n)
    const asked = newQuery()
    const expected = (await ask(plain, asked)).text
    for (const gateway of gateways) {
      for (let i = 0; i < 3; i++) expect((await ask(gateway, asked, people.token)).text).toBe(expected)
    }
  }
}

test.each<[string, () => Promise<unknown>, () => Promise<unknown>]>([
  ['killed', () => redis.process.kill(), () => redis.process.start()],
  [
    'silent',
    async () => process.kill(redis.process.pid ?? 0, 'SIGSTOP'),
    async () => process.kill(redis.process.pid ?? 0, 'SIGCONT'),
  ],
  [
    'full',
    () => redis.send('CONFIG', 'SET', 'maxmemory', '1'),
    () => redis.send('CONFIG', 'SET', 'maxmemory', '0'),
  ],
  ['a replica', () => redis.send('REPLICAOF', '127.0.0.1', '1'), () => redis.send('REPLICAOF', 'NO', 'ONE')],
  ['emptied', () => redis.send('FLUSHALL'), async () => {}],
])('while Redis is %s, responses are right, and it is used again afterwards', async (_, injure, heal) => {
  await expect.poll(redisIsUsed, { timeout: 20_000 }).toBe(true)
  await injure()
  await bothAreRight()
  await heal()
  await bothAreRight()
  await expect.poll(redisIsUsed, { timeout: 20_000 }).toBe(true)
})

test('with a wrong password, the gateway works without Redis, and reports why', async () => {
  const url = redis.url.replace('secret', 'wrong')
  await using gateway = await startGateway({ CACHE: 'on', REDIS_URL: url, LOG_TRANSPORT: 'feed' })
  const asked = newQuery()
  expect((await ask(gateway, asked)).text).toBe((await ask(plain, asked)).text)
  const ready = async () => JSON.stringify(await (await fetch(`${gateway.url}/readyz`)).json())
  await expect.poll(ready).toMatch(/"cache":"[^"]*Redis[^"]*REDIS_URL/)
})

test('a Redis that may evict keys without expiry is refused', async () => {
  await redis.send('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
  const start = startGateway({ CACHE: 'on', REDIS_URL: redis.url, LOG_TRANSPORT: 'feed' })
  await expect(start).rejects.toThrow('Redis has maxmemory-policy allkeys-lru')
  await redis.send('CONFIG', 'SET', 'maxmemory-policy', 'volatile-lru')
  await using _gateway = await startGateway({ CACHE: 'on', REDIS_URL: redis.url, LOG_TRANSPORT: 'feed' })
})
