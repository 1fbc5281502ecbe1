import { expect, test } from 'vitest'
import { parseBenchArguments } from './arguments.ts'

test('results are kept of whole runs with the defaults only', () => {
  expect(parseBenchArguments([])).toEqual({
    json: false,
    write: true,
    parts: ['rebuild', 'stores'],
    settings: { rounds: 5, windowMs: 10_000, streams: 200_000 },
  })
  for (const args of [
    ['--only', 'stores'],
    ['--rounds', '1'],
    ['--streams', '1000'],
    ['--chunk', '50'],
    ['--parallel', '2'],
  ])
    expect(parseBenchArguments(args).write).toBe(false)
})

test('a value that is out of range is refused by name', () => {
  expect(() => parseBenchArguments(['--parallel', '17'])).toThrow('--parallel')
  expect(() => parseBenchArguments(['--only', 'append'])).toThrow('--only')
})
