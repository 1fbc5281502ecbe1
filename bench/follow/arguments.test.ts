import { expect, test } from 'vitest'
import { parseBenchArguments } from './arguments.ts'

test('results are kept of runs with the defaults only', () => {
  const { write, settings } = parseBenchArguments([])
  expect(write).toBe(true)
  expect(settings).toEqual({ rounds: 5, windowMs: 10_000, followsPerSecond: 50, baseline: '6117f86' })
  for (const args of [
    ['--rounds', '1'],
    ['--per-second', '20'],
    ['--baseline', 'HEAD'],
  ])
    expect(parseBenchArguments(args).write).toBe(false)
})

test('a rate that is out of range is refused by name', () => {
  expect(() => parseBenchArguments(['--per-second', '0'])).toThrow('--per-second')
})
