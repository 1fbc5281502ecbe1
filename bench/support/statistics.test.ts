import { expect, test } from 'vitest'
import { quantile, spread } from './statistics.ts'

test('the median of an even number of rounds is the mean of the middle two', () => {
  expect(spread([9, 1, 5, 3])).toEqual({ median: 4, min: 1, max: 9 })
  expect(spread([7])).toEqual({ median: 7, min: 7, max: 7 })
})

test('a quantile is interpolated between its neighbours', () => {
  expect(quantile([0, 10, 20, 30, 40], 0.99)).toBeCloseTo(39.6)
  expect(quantile([0, 10, 20, 30, 40], 0)).toBe(0)
  expect(quantile([0, 10, 20, 30, 40], 1)).toBe(40)
})
