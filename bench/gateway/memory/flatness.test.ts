import { expect, test } from 'vitest'
import { judgeFlatness } from './flatness.ts'

const samples = (at: (i: number) => number) => Array.from({ length: 20 }, (_, i) => at(i))

test('what fills up and then stays is flat, whatever the noise', () => {
  expect(judgeFlatness(samples((i) => Math.min(100, 40 + 10 * i) + (i % 3))).flat).toBe(true)
})

test('what goes on growing is not, even slowly', () => {
  const { flat, growth } = judgeFlatness(samples((i) => 100 + 2 * i))
  expect(flat).toBe(false)
  expect(growth).toBeCloseTo(10 / 124)
})
