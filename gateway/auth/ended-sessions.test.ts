import { expect, test } from 'vitest'
import { endedSessions } from './ended-sessions.ts'

const HOUR_MS = 3_600_000

test('an ended session is kept for longer than the lifetime of any access token, then removed', () => {
  let now = 0
  const ended = endedSessions(() => now)
  ended.add(['a'])
  now = 24 * HOUR_MS + 60_000
  ended.add(['b', 'a'])
  expect([ended.has('a'), ended.has('b'), ended.has('c')]).toEqual([true, true, false])
  now = 25 * HOUR_MS + 1
  ended.add([])
  expect([ended.has('a'), ended.has('b'), ended.size]).toEqual([false, true, 1])
})

test('loading the same list repeatedly uses no more memory', () => {
  let now = 0
  const ended = endedSessions(() => now)
  for (let round = 0; round < 100; round++) {
    now = round * HOUR_MS
    ended.add([`session ${round}`, `session ${round - 1}`])
  }
  expect(ended.size).toBeLessThanOrEqual(28)
})
