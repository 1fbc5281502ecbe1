import { expect, test } from 'vitest'
import { judgeFlatness } from './flatness.ts'

const samples = (at: (i: number) => number) => Array.from({ length: 20 }, (_, i) => at(i))

test('a series that rises and then stays level is flat, despite noise', () => {
  expect(judgeFlatness(samples((i) => Math.min(100, 40 + 10 * i) + (i % 3))).flat).toBe(true)
})

test('a series that keeps growing is not flat, even if it grows slowly', () => {
  const { flat, growth } = judgeFlatness(samples((i) => 100 + 2 * i))
  expect(flat).toBe(false)
  expect(growth).toBeCloseTo(10 / 124)
})
