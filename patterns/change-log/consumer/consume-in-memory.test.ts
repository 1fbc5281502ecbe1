import { expect, test } from 'vitest'
import { consumeInMemory } from './consume-in-memory.ts'

test('no warning is logged while the owner starts, and one is logged if it stays unreachable', async () => {
  const reports: [level: string, message: string][] = []
  const fourth = Promise.withResolvers<void>()
  let now = 0
  let attempts = 0
  await using _consumer = consumeInMemory({
    what: 'the list',
    feed: { read: () => Promise.reject(new Error('not read before it is loaded')) },
    transport: null,
    async openExport() {
      now += 6_000
      if (++attempts === 4) fourth.resolve()
      throw new Error('could not be reached')
    },
    load: () => {},
    apply: () => {},
    report: (level, message) => void reports.push([level, message]),
    clock: () => now,
    retryMs: 1,
  })
  await fourth.promise
  expect(reports).toEqual([
    ['info', 'the list is not loaded yet: could not be reached'],
    ['warn', 'the list is not loaded yet: could not be reached'],
  ])
})
