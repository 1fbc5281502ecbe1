import { afterEach, beforeEach, expect, test } from 'vitest'
import { redisUsageStore, STORE_LIMITS } from '../../gateway/usage/redis-usage-store.ts'
import { dayOf, type UsageChunk } from '../../gateway/usage/usage-store.ts'
import { dialRedis } from '../../platform/redis/client.ts'
import { ownRedis, type OwnRedis } from '../change-log-owner/support/own-redis.ts'

const DAY_MS = 86_400_000
const FIRST = Date.parse('2026-09-01T10:00:00Z')
const LIMITS = { ...STORE_LIMITS, bytes: 4_000_000 }

let redis: OwnRedis

beforeEach(async () => {
  redis = await ownRedis()
  await redis.process.start()
})
afterEach(() => redis[Symbol.asyncDispose]())

type Sizes = { operations: number; characters: number; clients: number }

/** Chunks of a day, each with new operations and clients. */
function chunksOf(day: number, count: number, { operations, characters, clients }: Sizes): UsageChunk[] {
  const begin = FIRST + day * DAY_MS
  return Array.from({ length: count }, (_, i) => {
    const [from, to] = [begin + i * 5_000, begin + (i + 1) * 5_000]
    const signatures = Array.from({ length: operations }, (__, j) => `${day}-${i}-${j}`)
    const details = signatures.map((signature) => ({
      signature,
      name: null,
      document: `{ ${'a'.repeat(characters)} }`,
      coordinates: ['Query.a'],
    }))
    const uses = signatures.flatMap((signature) =>
      Array.from({ length: clients }, (__, c) => ({
        signature,
        client: `["web","${c}"]`,
        count: 1,
        lastUsed: to,
      })),
    )
    const common = { day: dayOf(from), gateway: 'g', sequence: day * count + i + 1, from, to, end: to }
    return { ...common, state: 'recording', lost: 0, operations: details, uses, inputs: [] }
  })
}

/** Bytes of all keys, without what Redis needs to execute commands. */
async function memory(send: (command: string[]) => Promise<unknown>): Promise<number> {
  const keys = (await send(['KEYS', '*'])) as string[]
  const sizes = await Promise.all(keys.map((key) => send(['MEMORY', 'USAGE', key, 'SAMPLES', '0'])))
  return sizes.reduce<number>((sum, size) => sum + Number(size), 0)
}

test.each([
  ['long operations', { operations: 20, characters: 60_000, clients: 1 }, 10],
  ['short operations of many clients', { operations: 20, characters: 20, clients: 50 }, 30],
  ['very many short operations', { operations: 200, characters: 20, clients: 1 }, 60],
])('%s fill the store up to its limit; what has no room is lost, and is seen', async (_, sizes, count) => {
  await using connection = await dialRedis(redis.url)
  const store = redisUsageStore(connection.send, LIMITS)
  let lost = 0
  for (const chunk of chunksOf(0, count, sizes)) lost += await store.write(chunk)
  expect(lost).toBeGreaterThan(0)
  const used = await memory(connection.send)
  // The estimate is right: the store is full, and no more than that.
  expect(used).toBeGreaterThan(LIMITS.bytes * 0.5)
  expect(used).toBeLessThan(LIMITS.bytes * 1.25)
  const day = await store.readDay('2026-09-01')
  expect(day?.gateways).toMatchObject([{ lost, lostTo: FIRST + count * 5_000 }])
  expect((day?.uses ?? []).length + lost).toBe(count * sizes.operations * sizes.clients)
})

test('all days share the limit, and a day that is no longer kept makes room', async () => {
  await using connection = await dialRedis(redis.url)
  const store = redisUsageStore(connection.send, LIMITS)
  const sizes = { operations: 10, characters: 60_000, clients: 1 }
  const lostOn: number[] = []
  for (const day of [0, 1, 2, 92]) {
    let lost = 0
    for (const chunk of chunksOf(day, 4, sizes)) lost += await store.write(chunk)
    lostOn.push(lost)
  }
  expect(lostOn).toEqual([0, 15, 40, 0])
  expect(await store.readDay(dayOf(FIRST))).toBeNull()
  // What is known stays counted when the store is full.
  const again = chunksOf(92, 4, sizes).map((chunk, i) => ({ ...chunk, sequence: 1_000 + i }))
  for (const chunk of again) expect(await store.write(chunk)).toBe(0)
})

test('a store that is written and expires day by day does not fill up', async () => {
  await using connection = await dialRedis(redis.url)
  const store = redisUsageStore(connection.send, { ...LIMITS, bytes: 200_000 })
  const sizes = { operations: 2, characters: 100, clients: 1 }
  for (let day = 0; day < 300; day++) {
    for (const chunk of chunksOf(day, 1, sizes)) expect(await store.write(chunk)).toBe(0)
  }
  const keys = (await connection.send(['KEYS', '*'])) as string[]
  expect(keys).toHaveLength(91 * 3 + 1)
})

test('a chunk that comes after midnight does not let its operations expire earlier', async () => {
  await using connection = await dialRedis(redis.url)
  const store = redisUsageStore(connection.send, LIMITS)
  const sizes = { operations: 1, characters: 20, clients: 1 }
  const [late, next, last] = [0, 1, 92].flatMap((day) => chunksOf(day, 1, sizes)) as [
    UsageChunk,
    UsageChunk,
    UsageChunk,
  ]
  const { operations, uses } = late
  await store.write({ ...next, operations, uses })
  // Another gateway, which has not written the operation yet.
  await redisUsageStore(connection.send, LIMITS).write({ ...late, gateway: 'late' })
  const signatures = operations.map(({ signature }) => signature)
  await store.write({ ...last, day: dayOf(FIRST + 91 * DAY_MS) })
  expect(await store.readOperations(signatures)).toEqual(operations)
  await store.write({ ...last, sequence: 1_000 })
  expect(await store.readOperations(signatures)).toEqual([])
})
