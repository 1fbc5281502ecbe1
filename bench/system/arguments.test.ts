import { expect, test } from 'vitest'
import { parseBenchArguments } from './arguments.ts'

test('without arguments, everything runs with the published settings and the results are saved', () => {
  expect(parseBenchArguments([])).toEqual({
    json: false,
    write: true,
    contenders: ['tessera', 'naive', 'postgraphile'],
    rounds: 3,
    windowMs: 8_000,
    warmUpMs: 5_000,
    connections: 50,
    users: 1_000,
  })
})

test.for([
  ['--only', 'tessera,naive', { contenders: ['tessera', 'naive'] }],
  ['--connections', '4', { connections: 4 }],
  ['--users', '50', { users: 50 }],
] as const)('a run with %s %s does not overwrite the published results', ([name, value, settings]) => {
  expect(parseBenchArguments([name, value])).toMatchObject({ ...settings, write: false })
})

test.for([
  ['--only', 'hasura', '--only "hasura": expected one of tessera, naive, postgraphile.'],
  ['--rounds', '0', '--rounds "0": expected a whole number from 1 to 100.'],
  ['--seconds', 'long', '--seconds "long": expected a whole number from 1 to 600.'],
  ['--users', '4', '--users "4": expected a whole number from 5 to 1000000.'],
  ['--fast', '', "Unknown option '--fast'"],
] as const)('%s %s is rejected: %s', ([name, value, message]) => {
  expect(() => parseBenchArguments([name, value])).toThrow(message)
})
