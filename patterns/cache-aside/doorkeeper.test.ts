import { expect, test } from 'vitest'
import { createDoorkeeper } from './doorkeeper.ts'

test('a key was seen from its second time on, and others were not', () => {
  const doorkeeper = createDoorkeeper()
  const keys = Array.from({ length: 1_000 }, (_, i) => `user ${i}`)
  expect(keys.filter((key) => doorkeeper.saw(key))).toEqual([])
  // Some may be forgotten, because another key has the same slot.
  expect(keys.filter((key) => doorkeeper.saw(key)).length).toBeGreaterThan(950)
  expect(createDoorkeeper(1).saw('')).toBe(false)
})
