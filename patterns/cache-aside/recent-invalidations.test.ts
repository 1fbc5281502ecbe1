import { expect, test } from 'vitest'
import { recentInvalidations } from './recent-invalidations.ts'

test('beyond its limit, the list forgets the oldest tenth', () => {
  const recent = recentInvalidations(0, 100)
  for (let i = 1; i <= 100; i++) recent.add(`f${i}`, i)
  expect(recent.mayHaveChanged(['x'], 0)).toBe(false)
  recent.add('f101', 101)
  expect(recent.mayHaveChanged(['x'], 9)).toBe(true)
  expect(recent.mayHaveChanged(['x'], 10)).toBe(false)
  expect(recent.mayHaveChanged(['f11'], 10)).toBe(true)
  expect(recent.mayHaveChanged(['f11'], 11)).toBe(false)
})

test('a facet that is touched again counts from its last event', () => {
  const recent = recentInvalidations(0, 10)
  for (let i = 1; i <= 10; i++) recent.add(`f${i}`, i)
  recent.add('f1', 11)
  recent.add('f12', 12)
  expect(recent.mayHaveChanged(['f2'], 1)).toBe(true)
  expect(recent.mayHaveChanged(['x'], 2)).toBe(false)
  expect(recent.mayHaveChanged(['f1'], 10)).toBe(true)
  expect(recent.mayHaveChanged(['f1'], 11)).toBe(false)
})
