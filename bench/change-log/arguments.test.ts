import { expect, test } from 'vitest'
import { PARTS, parseBenchArguments } from './arguments.ts'

test('without arguments, every part runs with the published settings and the results are saved', () => {
  expect(parseBenchArguments([])).toEqual({
    parts: PARTS,
    json: false,
    save: true,
    rounds: 5,
    steadySeconds: 90,
    windowSeconds: 10,
    writesPerSecond: 500,
    mutationsPerSecond: 200,
  })
})

test('if only some parts run, their results are saved and the other results are kept', () => {
  expect(parseBenchArguments(['--only', 'relay,steady'])).toMatchObject({
    parts: ['relay', 'steady'],
    save: true,
  })
})

test.for([
  [['--rounds', '1']],
  [['--seconds', '5']],
  [['--writes', '100']],
  [['--mutations', '9']],
  [['--no-save']],
])('%s: the published results are not changed', ([argv]) => {
  expect(parseBenchArguments(argv ?? [])).toMatchObject({ save: false })
})

test.for([
  ['--only', 'kafka', '--only "kafka": expected one of relay, steady, insert, consumer, mutation, latency'],
  ['--rounds', '0', '--rounds "0": expected a whole number from 1 to 100.'],
  ['--seconds', 'long', '--seconds "long": expected a whole number from 3 to 600.'],
  ['--fast', '', "Unknown option '--fast'"],
] as const)('%s %s is rejected: %s', ([name, value, message]) => {
  expect(() => parseBenchArguments([name, value])).toThrow(message)
})
