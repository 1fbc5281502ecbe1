import { parseCommandLine, someOf, wholeNumber, type Command } from '../../platform/command-line.ts'

export const PARTS = ['hits', 'invalidation', 'cpu'] as const
export type Part = (typeof PARTS)[number]

/** Defaults, as used for the published figures. */
const USERS = '2000'
const ROUNDS = '3'
const SECONDS = '10'

const BENCH = {
  name: 'npm run bench:cache',
  about: `Measures the cache over the whole system with two gateways: the hit ratio, how soon no gateway serves an old value, and what a
page costs in CPU. Writes to bench/results, unless an option differs from its default.`,
  options: {
    only: { type: 'string', value: 'PART,…', about: `measure some parts: ${PARTS.join(', ')}` },
    rounds: { type: 'string', value: 'N', default: ROUNDS, about: 'windows of each part, 1 to 100' },
    seconds: { type: 'string', value: 'N', default: SECONDS, about: 'length of a window, 1 to 600' },
    users: { type: 'string', value: 'N', default: USERS, about: 'profiles that are read, 100 to 100000' },
    json: { type: 'boolean', about: 'print the results as one JSON object, not as a table' },
  },
  examples: [
    ['', 'the published figures'],
    ['--only invalidation --rounds 1 --seconds 5', 'a quick look at one part'],
  ],
} as const satisfies Command

/** @throws UserFacingError that names the argument, its value and what is expected */
export function parseBenchArguments(argv?: readonly string[]) {
  const { values } = parseCommandLine(BENCH, argv)
  const { only, rounds, seconds, users } = values
  return {
    json: values.json ?? false,
    write: only === undefined && rounds === ROUNDS && seconds === SECONDS && users === USERS,
    parts: only === undefined ? PARTS : someOf('--only', only, PARTS),
    rounds: wholeNumber('--rounds', rounds, 1, 100),
    windowMs: wholeNumber('--seconds', seconds, 1, 600) * 1_000,
    users: wholeNumber('--users', users, 100, 100_000),
  }
}

export type BenchSettings = Pick<ReturnType<typeof parseBenchArguments>, 'rounds' | 'windowMs' | 'users'>
