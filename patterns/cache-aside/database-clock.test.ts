import { expect, test } from 'vitest'
import { databaseClock } from './database-clock.ts'

const stop = new AbortController().signal

test('the bound is never below the clock of the database, however long a response takes', async () => {
  let local = 1_000
  const database = () => 5_000_000 + local
  const clock = databaseClock(
    async () => {
      local += 300
      const now = database()
      local += 400
      return { now }
    },
    () => local,
  )
  expect(clock.now()).toBe(Number.POSITIVE_INFINITY)
  await clock.keepUpToDate(stop)
  expect(clock.now() - database()).toBeGreaterThanOrEqual(300)
  expect(clock.now() - database()).toBeLessThan(301)
  local += 10_000
  await clock.keepUpToDate(stop)
  expect(clock.now() - database()).toBeLessThan(302)
})

test('a faster response gives a better bound, and clocks are compared every minute', async () => {
  let local = 0
  let delay = 500
  let asked = 0
  const ask = async () => {
    asked++
    local += delay
    return { now: 1_000_000 + local }
  }
  const clock = databaseClock(ask, () => local)
  await clock.keepUpToDate(stop)
  await clock.keepUpToDate(stop)
  expect(asked).toBe(1)
  delay = 10
  local += 61_000
  await clock.keepUpToDate(stop)
  expect(asked).toBe(2)
  expect(clock.now() - (1_000_000 + local)).toBeLessThan(11)
})

test('a tick that is later than the bound shows that the clock was set forward, so the clocks are compared anew', async () => {
  let local = 0
  let set = 0
  const clock = databaseClock(
    async () => ({ now: 1_000_000 + set + local }),
    () => local,
  )
  await clock.keepUpToDate(stop)
  local += 1_000
  clock.saw(1_001_000)
  expect(clock.now()).toBeLessThan(1_001_001)
  set = 3_600_000
  clock.saw(1_001_000 + set)
  expect(clock.now()).toBe(Number.POSITIVE_INFINITY)
  await clock.keepUpToDate(stop)
  expect(clock.now()).toBeGreaterThanOrEqual(1_001_000 + set)
})
