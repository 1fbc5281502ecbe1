import { expect, test } from 'vitest'
import { parseBenchArguments } from './arguments.ts'

test('without arguments, everything is measured and saved', () => {
  expect(parseBenchArguments([])).toEqual({
    json: false,
    write: true,
    parts: ['hits', 'invalidation', 'cpu'],
    rounds: 3,
    windowMs: 10_000,
    users: 2_000,
  })
})

test.for([
  ['--only', 'cpu'],
  ['--rounds', '1'],
  ['--seconds', '1'],
  ['--users', '500'],
])('results with %s are not saved', (argv) => {
  expect(parseBenchArguments(argv).write).toBe(false)
})

test.for([
  [['--only', 'cpu,speed'], '--only'],
  [['--users', '5'], '--users "5"'],
  [['--seconds', 'long'], '--seconds "long"'],
] as const)('%j is refused', ([argv, named]) => {
  expect(() => parseBenchArguments(argv)).toThrow(named)
})
