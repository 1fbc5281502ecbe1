import { parseCommandLine, someOf, wholeNumber, type Command } from '../../platform/command-line.ts'

export const PARTS = ['relay', 'steady', 'insert', 'consumer', 'mutation', 'latency'] as const
export type PartName = (typeof PARTS)[number]

/** Of the published figures. */
const ROUNDS = 5
const SECONDS = { steady: 90, window: 10 }
const WRITES_PER_SECOND = 500
/** What two cores can bear, with all that runs. */
const MUTATIONS_PER_SECOND = 200

const BENCH = {
  name: 'npm run bench:change-log',
  about: `Measures patterns/change-log, each figure beside what is done elsewhere. Parts that ran with the default rounds,
seconds and rates replace their results in bench/results.`,
  options: {
    only: { type: 'string', value: 'PART,…', about: `measure some parts: ${PARTS.join(', ')}` },
    rounds: { type: 'string', value: 'N', about: `interleaved rounds, 1 to 100 (default: ${ROUNDS})` },
    seconds: {
      type: 'string',
      value: 'N',
      about: `length of the steady load and of a window of the system, 3 to 600
(default: ${SECONDS.steady} and ${SECONDS.window})`,
    },
    writes: {
      type: 'string',
      value: 'N',
      about: `transactions per second of the latency part, 1 to 10000 (default: ${WRITES_PER_SECOND})`,
    },
    mutations: {
      type: 'string',
      value: 'N',
      about: `mutations per second of the latency part, 1 to 10000 (default: ${MUTATIONS_PER_SECOND})`,
    },
    json: { type: 'boolean', about: 'print the results as one JSON object, not as a table' },
    'no-save': { type: 'boolean', about: 'do not write to bench/results' },
  },
  examples: [
    ['', 'the published figures'],
    ['--only relay,steady --rounds 1 --seconds 5', 'a quick look at two parts'],
  ],
} as const satisfies Command

export type BenchSettings = {
  rounds: number
  /** Length of the steady load. */
  steadySeconds: number
  /** Length of one window under load of the whole system. */
  windowSeconds: number
  /** Rates of the transactions, and of the mutations, whose effects are waited for. */
  writesPerSecond: number
  mutationsPerSecond: number
}

export type BenchArguments = BenchSettings & { parts: readonly PartName[]; json: boolean; save: boolean }

/**
 * Reads the command line.
 *
 * @throws UserFacingError naming the argument, its value and what is expected
 */
export function parseBenchArguments(argv?: readonly string[]): BenchArguments {
  const { values } = parseCommandLine(BENCH, argv)
  const rounds = values.rounds === undefined ? ROUNDS : wholeNumber('--rounds', values.rounds, 1, 100)
  const seconds = values.seconds === undefined ? null : wholeNumber('--seconds', values.seconds, 3, 600)
  const writes = values.writes === undefined ? null : wholeNumber('--writes', values.writes, 1, 10_000)
  const mutations =
    values.mutations === undefined ? null : wholeNumber('--mutations', values.mutations, 1, 10_000)
  return {
    writesPerSecond: writes ?? WRITES_PER_SECOND,
    mutationsPerSecond: mutations ?? MUTATIONS_PER_SECOND,
    parts: values.only === undefined ? PARTS : someOf('--only', values.only, PARTS),
    json: values.json ?? false,
    save: !values['no-save'] && rounds === ROUNDS && (seconds ?? writes ?? mutations) === null,
    rounds,
    steadySeconds: seconds ?? SECONDS.steady,
    windowSeconds: seconds ?? SECONDS.window,
  }
}
