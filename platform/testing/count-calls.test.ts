import { expect, test } from 'vitest'
import { countCalls } from './count-calls.ts'

test.each([10, 1_000, 100_000])('%i calls are counted, with few calls of the counter itself', (times) => {
  const add = (a: number, b: number) => a + b
  const counted = countCalls()
  let sum = 0
  for (let i = 0; i < times; i++) sum = add(sum, i)
  const calls = counted()
  expect(calls).toBeGreaterThanOrEqual(times)
  expect(calls).toBeLessThan(times + 100)
})
