import { parseArgs } from 'node:util'
import { UserFacingError } from '../../platform/lifecycle.ts'

export const PARTS = ['relay', 'steady', 'insert', 'consumer', 'mutation', 'latency'] as const
export type PartName = (typeof PARTS)[number]

export const USAGE = `Usage: npm run bench:change-log [-- --only relay,steady] [--json] [--rounds 5] [--seconds N] [--no-save]

  --only A,B     of ${PARTS.join(', ')}
  --json         print the results as one JSON object instead of a table
  --rounds N     interleaved rounds, 1 to 100
  --seconds N    length of the steady load (90) and of a window of the system (10), 3 to 600
  --writes N     transactions a second of the latency part (500), 1 to 10000
  --mutations N  mutations a second of the same (200)
  --no-save      leave bench/results as it is

Parts that ran with the usual rounds, seconds and rates replace their results in bench/results.`

/** Of the published figures. */
const ROUNDS = 5
const SECONDS = { steady: 90, window: 10 }
const WRITES_PER_SECOND = 500
/** What two cores can bear, with all that runs. */
const MUTATIONS_PER_SECOND = 200

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
 * Reads the command line; null when it asks for help.
 *
 * @throws UserFacingError naming the argument, its value and what was expected
 */
export function parseBenchArguments(argv: readonly string[]): BenchArguments | null {
  const values = parse(argv)
  if (values.help) return null
  const rounds = values.rounds === undefined ? ROUNDS : whole('rounds', values.rounds, 1, 100)
  const seconds = values.seconds === undefined ? null : whole('seconds', values.seconds, 3, 600)
  const writes = values.writes === undefined ? null : whole('writes', values.writes, 1, 10_000)
  const mutations = values.mutations === undefined ? null : whole('mutations', values.mutations, 1, 10_000)
  return {
    writesPerSecond: writes ?? WRITES_PER_SECOND,
    mutationsPerSecond: mutations ?? MUTATIONS_PER_SECOND,
    parts: values.only === undefined ? PARTS : values.only.split(',').map(requirePart),
    json: values.json,
    save: !values['no-save'] && rounds === ROUNDS && (seconds ?? writes ?? mutations) === null,
    rounds,
    steadySeconds: seconds ?? SECONDS.steady,
    windowSeconds: seconds ?? SECONDS.window,
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        only: { type: 'string' },
        json: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        writes: { type: 'string' },
        mutations: { type: 'string' },
        'no-save': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new UserFacingError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
  }
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new UserFacingError(`--${name} ${text}: expected a whole number from ${min} to ${max}.`)
}

function requirePart(name: string): PartName {
  const found = PARTS.find((part) => part === name)
  if (found) return found
  throw new UserFacingError(`--only ${name}: expected some of ${PARTS.join(', ')}, with commas.`)
}
