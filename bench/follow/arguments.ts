import { parseCommandLine, wholeNumber, type Command } from '../../platform/command-line.ts'

/** Defaults, as used for the published figures. */
const ROUNDS = '5'
const SECONDS = '10'
const PER_SECOND = '50'
/** The last commit in which `follow` was one transaction of one service. */
const BASELINE = '6117f86'

const BENCH = {
  name: 'npm run bench:follow',
  about: `Measures a follow of a public account through GraphQL, and a page of followers, beside the code of an earlier commit, which it
takes from git. Writes to bench/results, unless an option differs from its default.`,
  options: {
    rounds: { type: 'string', value: 'N', default: ROUNDS, about: 'interleaved rounds, 1 to 100' },
    seconds: { type: 'string', value: 'N', default: SECONDS, about: 'length of a window, 1 to 60' },
    'per-second': { type: 'string', value: 'N', default: PER_SECOND, about: 'follows per second, 1 to 500' },
    baseline: { type: 'string', value: 'COMMIT', default: BASELINE, about: 'the commit to compare with' },
    json: { type: 'boolean', about: 'print the results as one JSON object, not as a table' },
  },
  examples: [
    ['', 'the published figures'],
    ['--rounds 1 --seconds 5', 'a quick look'],
  ],
} as const satisfies Command

/** @throws UserFacingError that names the argument, its value and what is expected */
export function parseBenchArguments(argv?: readonly string[]) {
  const { values } = parseCommandLine(BENCH, argv)
  const { rounds, seconds, baseline, 'per-second': perSecond } = values
  return {
    json: values.json ?? false,
    write: rounds === ROUNDS && seconds === SECONDS && perSecond === PER_SECOND && baseline === BASELINE,
    settings: {
      rounds: wholeNumber('--rounds', rounds, 1, 100),
      windowMs: wholeNumber('--seconds', seconds, 1, 60) * 1_000,
      followsPerSecond: wholeNumber('--per-second', perSecond, 1, 500),
      baseline,
    },
  }
}

export type BenchSettings = ReturnType<typeof parseBenchArguments>['settings']
