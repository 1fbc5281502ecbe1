import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { parse, buildSchema, type OperationDefinitionNode } from 'graphql'
import { redisUsageStore, STORE_LIMITS } from '../../gateway/usage/redis-usage-store.ts'
import type { UsageChunk } from '../../gateway/usage/usage-store.ts'
import { dialRedis } from '../../platform/redis/client.ts'
import { ownRedis, type OwnRedis } from '../change-log-owner/support/own-redis.ts'
import { WITHIN } from '../support/timeout.ts'
import { countsIn, openRecording, usageIn } from './support/usage.ts'

const schema = buildSchema('type Query { a: Int b(x: Int): Int }')

function requested(text: string) {
  const document = parse(text)
  return { document, operation: document.definitions[0] as OperationDefinitionNode, variables: {} }
}

let redis: OwnRedis

beforeEach(async () => {
  redis = await ownRedis()
  await redis.process.start()
})
afterEach(() => redis[Symbol.asyncDispose]())

test('two gateways and a restart add up', async () => {
  const operation = requested('query A { a }')
  {
    await using first = openRecording(redis)
    await using second = openRecording(redis)
    first.recorder.record(schema, operation, { 'apollographql-client-name': 'web' })
    second.recorder.record(schema, requested('query A { a, other: a }'), {
      'apollographql-client-name': 'web',
    })
    await vi.waitUntil(() => first.figures.flushes().success > 2, WITHIN)
    first.recorder.record(schema, operation, {})
  }
  {
    await using restarted = openRecording(redis)
    restarted.recorder.record(schema, operation, {})
  }
  const usage = await usageIn(redis)
  expect(usage?.operations).toMatchObject([
    {
      name: 'A',
      clients: [
        { name: null, count: 2 },
        { name: 'web', count: 2 },
      ],
    },
  ])
  expect(usage).not.toHaveProperty('gaps')
})

test('what is counted while Redis is down is written when it is back', async () => {
  const operation = requested('query A { a }')
  {
    await using recording = openRecording(redis)
    recording.recorder.record(schema, operation, {})
    await vi.waitUntil(async () => (await countsIn(redis))['A'] === 1, WITHIN)
    await redis.process.kill()
    const failures = () => recording.figures.flushes().failure
    const before = failures()
    for (let i = 0; i < 10; i++) recording.recorder.record(schema, operation, {})
    await vi.waitUntil(() => failures() > before + 2, WITHIN)
    for (let i = 0; i < 5; i++) recording.recorder.record(schema, operation, {})
    // It comes back empty, so the first count is gone: the window shows it.
    const restarted = Date.now()
    await redis.process.start()
    await vi.waitUntil(async () => (await countsIn(redis))['A'] === 15, WITHIN)
    expect(Date.parse((await usageIn(redis))?.to ?? '')).toBeGreaterThanOrEqual(restarted)
    expect(recording.figures.lost()).toBe(0)
  }
})

const CHUNK: UsageChunk = {
  day: '2026-11-30',
  gateway: 'g',
  sequence: 1,
  from: Date.parse('2026-11-30T10:00:00Z'),
  to: Date.parse('2026-11-30T10:00:05Z'),
  end: Date.parse('2026-11-30T10:00:05Z'),
  state: 'recording',
  lost: 0,
  operations: [{ signature: 's', name: 'S', document: '{ a }', coordinates: ['Query.a'] }],
  uses: [{ signature: 's', client: '[null,null]', count: 3, lastUsed: 1_800_000_000_123 }],
  inputs: [{ signature: 's', coordinate: 'I.f' }],
}
const NEXT = { ...CHUNK, sequence: 2, from: CHUNK.to, to: CHUNK.to + 5_000, end: CHUNK.to + 5_000 }

test('a chunk that is written twice counts once', async () => {
  await using connection = await dialRedis(redis.url)
  const store = redisUsageStore(connection.send)
  for (let i = 0; i < 3; i++) expect(await store.write(CHUNK)).toBe(0)
  await store.write(NEXT)
  expect(await store.readDay('2026-11-30')).toEqual({
    day: '2026-11-30',
    gateways: [expect.objectContaining({ from: CHUNK.from, to: NEXT.to, state: 'recording', lost: 0 })],
    uses: [{ ...CHUNK.uses[0], count: 6 }],
    inputs: CHUNK.inputs,
  })
  expect(await store.readOperations(['other', 's'])).toEqual(CHUNK.operations)
  expect(await store.readDay('2026-11-29')).toBeNull()
})

test('an interruption of the chunks is visible, as after Redis has loaded an older snapshot', async () => {
  await using connection = await dialRedis(redis.url)
  const store = redisUsageStore(connection.send)
  await store.write(CHUNK)
  const later = { ...NEXT, sequence: 7, from: NEXT.to, to: NEXT.to + 5_000, end: NEXT.to + 5_000 }
  await store.write(later)
  await store.write(NEXT)
  const day = await store.readDay('2026-11-30')
  expect(day?.gateways.toSorted((a, b) => a.from - b.from)).toMatchObject([
    { gateway: 'g', from: CHUNK.from, to: CHUNK.to },
    { gateway: 'g', from: later.from, to: later.to },
  ])
  expect(day?.uses).toEqual([{ ...CHUNK.uses[0], count: 6 }])
})

test('requests belong to their day, also if Redis was down at midnight', async () => {
  const operation = requested('query A { a }')
  let now = Date.parse('2026-11-29T23:59:50Z')
  const midnight = Date.parse('2026-11-30T00:00:00Z')
  {
    await using recording = openRecording(redis, () => now)
    const failures = () => recording.figures.flushes().failure
    recording.recorder.record(schema, operation, {})
    await vi.waitUntil(async () => (await usageIn(redis, now))?.operations.length === 1, WITHIN)
    await redis.process.kill()
    recording.recorder.record(schema, operation, {})
    const before = failures()
    await vi.waitUntil(() => failures() > before + 1, WITHIN)
    now = midnight + 10_000
    const after = failures()
    await vi.waitUntil(() => failures() > after + 1, WITHIN)
    recording.recorder.record(schema, operation, {})
    await redis.process.start()
    await vi.waitUntil(async () => (await usageIn(redis, now, 1))?.operations.length === 1, WITHIN)
  }
  await using connection = await dialRedis(redis.url)
  const store = redisUsageStore(connection.send)
  for (const day of ['2026-11-29', '2026-11-30']) {
    expect((await store.readDay(day))?.uses).toMatchObject([{ count: 1 }])
  }
})

test('everything expires after 90 days', async () => {
  await using connection = await dialRedis(redis.url)
  await redisUsageStore(connection.send).write(CHUNK)
  const keys = (await connection.send(['KEYS', '*'])) as string[]
  expect(keys).toHaveLength(3)
  for (const key of keys) {
    const days = Number(await connection.send(['TTL', key])) / 86_400
    expect(days).toBeGreaterThan(90)
    expect(days).toBeLessThanOrEqual(92)
  }
})

test('a full store is visible as lost requests', async () => {
  await using connection = await dialRedis(redis.url)
  const store = redisUsageStore(connection.send, { ...STORE_LIMITS, fieldsPerDay: 4, operations: 1 })
  await store.write(CHUNK)
  const other = { ...CHUNK.uses[0], signature: 'o', count: 7 } as const
  const full = {
    ...NEXT,
    operations: [{ ...CHUNK.operations[0], signature: 'o' }] as UsageChunk['operations'],
    uses: [other] as UsageChunk['uses'],
    inputs: [],
  }
  expect(await store.write(full)).toBe(7)
  const clients = ['["a",null]', '["b",null]'].map((client) => ({ ...CHUNK.uses[0], client }))
  const many = { ...NEXT, sequence: 3, uses: clients as UsageChunk['uses'] }
  expect(await store.write(many)).toBe(6)
  const day = await store.readDay('2026-11-30')
  expect(day?.gateways).toMatchObject([{ lost: 13, lostFrom: NEXT.from, lostTo: NEXT.to }])
})

test('100,000 different operations need bounded memory, and what has no room is reported', async () => {
  await using recording = openRecording(redis)
  const { recorder, figures } = recording
  await redis.process.kill()
  for (let i = 0; i < 100_000; i++) recorder.record(schema, requested(`query Q${i} { a }`), {})
  expect(figures.entries()).toBeLessThanOrEqual(10_000)
  expect(figures.recorded() + figures.lost()).toBe(100_000)
  expect(figures.lost()).toBeGreaterThan(0)
  await redis.process.start()
  await vi.waitUntil(async () => (await usageIn(redis))?.gaps !== undefined, WITHIN)
  const usage = await usageIn(redis)
  expect(usage?.operations.length).toBeLessThanOrEqual(20_000)
  expect(usage?.gaps?.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^\d+ requests to gateway \S+ could not be recorded\.$/),
  ])
})
