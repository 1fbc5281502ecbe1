import { expect, test, vi } from 'vitest'
import { pause } from '../patterns/change-log/index.ts'
import { backgroundLoop } from './background-loop.ts'

function warnings() {
  const lines: string[] = []
  return { lines, warn: (_: unknown, line?: string) => void lines.push(line ?? '') }
}

const options = { failure: 'it cannot be done', retryMs: 0 }

test('a step that fails is repeated; a persistent error is logged once, and again after a success', async () => {
  const log = warnings()
  const results = ['down', 'down', true, 'down', 'locked', false] as const
  let step = 0
  await using loop = backgroundLoop({
    ...options,
    log,
    async step() {
      const result = results[step++]
      if (typeof result === 'string') throw new Error(result)
      return result ?? false
    },
  })
  await loop.finished
  expect(step).toBe(results.length)
  expect(log.lines).toEqual(Array.from({ length: 3 }, () => 'it cannot be done, retrying'))
})

test('disposing ends the wait of a step, and an error because of it is not logged', async () => {
  const log = warnings()
  const step = vi.fn<(stop: AbortSignal) => Promise<boolean>>(async (stop) => {
    await pause(60_000, stop)
    throw new Error('interrupted')
  })
  const loop = backgroundLoop({ ...options, log, step })
  await loop[Symbol.asyncDispose]()
  expect(step).toHaveBeenCalledOnce()
  expect(log.lines).toEqual([])
})
