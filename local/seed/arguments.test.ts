import { expect, test } from 'vitest'
import { parseSeedArguments } from './arguments.ts'

test('without arguments, the seed is the documented one', () => {
  expect(parseSeedArguments([])).toEqual({ users: 1_000, postsPerUser: 20, rng: 42 })
})

test('every argument is parsed', () => {
  expect(parseSeedArguments(['--users', '5', '--posts-per-user=0', '--rng', '4294967295'])).toEqual({
    users: 5,
    postsPerUser: 0,
    rng: 4_294_967_295,
  })
  expect(parseSeedArguments(['--edges', 'graph.txt'])).toMatchObject({ edges: 'graph.txt' })
})

test.each([
  [['--users', '4'], '--users "4": expected a whole number from 5'],
  [['--users', '1e3'], '--users "1e3"'],
  [['--users', '-7'], '--users "-7": expected a whole number from 5'],
  [['--posts-per-user', '1.5'], '--posts-per-user "1.5": expected a whole number from 0 to 1000'],
  [['--rng', '4294967296'], '--rng "4294967296"'],
  [['--edges', ''], '--edges is empty'],
  [['--edges', 'graph.txt', '--users', '10'], 'exclude each other'],
  [['--posts', '3'], "Unknown option '--posts'"],
  [['1000'], 'Unexpected argument'],
])('%j is rejected by name', (argv, message) => {
  expect(() => parseSeedArguments(argv)).toThrow(message)
})
