import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SendCommand } from '../../patterns/change-log/index.ts'
import { openRedis, type TestRedis } from '../change-log/support/redis.ts'
import { createWorld, GATEWAYS, PLANTS, type Plant, type World } from './support/world.ts'

let redis: TestRedis
let sends: SendCommand[]
beforeAll(async () => {
  redis = await openRedis()
  sends = await Promise.all(Array.from({ length: GATEWAYS }, () => redis.connect()))
})
afterAll(() => redis[Symbol.asyncDispose]())

type Step = keyof World['steps']

const STEPS: Record<Step, number> = {
  write: 6,
  tick: 5,
  fetch: 10,
  commitLate: 2,
  follow: 6,
  read: 12,
  query: 8,
  join: 8,
  arrive: 8,
  evictEntry: 1,
  flush: 1,
  save: 1,
  restoreOldFile: 1,
  crashGateway: 1,
  startEpoch: 1,
}

const step = fc.oneof(
  ...Object.entries(STEPS).map(([name, weight]) => ({ weight, arbitrary: fc.constant(name as Step) })),
)
const steps = fc.array(fc.tuple(step, fc.nat(11), fc.nat(11), fc.nat(11)), {
  minLength: 20,
  maxLength: 120,
  size: 'max',
})

let worlds = 0
const hits = { memory: 0, redis: 0 }

function theLaw(plant: Plant | null) {
  return fc.asyncProperty(steps, async (taken) => {
    await using world = createWorld(sends, `world-${process.pid}-${++worlds}`, plant)
    for (const [name, a, b, c] of taken) await world.steps[name](a, b, c)
    hits.memory += world.hits.memory
    hits.redis += world.hits.redis
  })
}

test('no read returns a value that is older than the position of the cache, or than its token', async () => {
  await fc.assert(theLaw(null), { numRuns: 1_000 })
  // Otherwise the law would hold because nothing is ever found.
  expect(hits.memory).toBeGreaterThan(100)
  expect(hits.redis).toBeGreaterThan(20)
})

describe('the law brings to light', () => {
  test.each(PLANTS)('%s', async (plant) => {
    const found = await fc.check(theLaw(plant), { numRuns: 20_000, endOnFailure: true })
    expect(found.errorInstance).toMatchObject({
      message: expect.stringMatching(/^(memory|redis): . has version/),
    })
  })
})
