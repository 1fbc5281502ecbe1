import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { createRandom } from '../../../local/seed/random.ts'
import { makeOperation, MAX_OPERATIONS, zipf } from './operations.ts'

test('every number gives a different operation, and each one parses', () => {
  const operations = new Set(Array.from({ length: MAX_OPERATIONS }, (_, n) => makeOperation(n)))
  expect(operations.size).toBe(MAX_OPERATIONS)
  for (const n of [0, 1, 5_000, MAX_OPERATIONS - 1]) expect(() => parse(makeOperation(n))).not.toThrow()
})

test('in a Zipf mix, the first occurs about twice as often as the second, and the last one occurs', () => {
  const draw = zipf(10, createRandom(1, 'zipf'))
  const counts = Array.from({ length: 10 }, () => 0)
  for (let i = 0; i < 100_000; i++) {
    const drawn = draw()
    counts[drawn] = (counts[drawn] ?? 0) + 1
  }
  expect((counts[0] ?? 0) / (counts[1] ?? 1)).toBeCloseTo(2, 1)
  expect((counts[0] ?? 0) / (counts[9] ?? 1)).toBeCloseTo(10, 0)
})
