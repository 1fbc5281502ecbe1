import { parseCommandLine, someOf, wholeNumber, type Command } from '../../platform/command-line.ts'

export const PARTS = ['rebuild', 'stores'] as const

/** Defaults, as used for the published figures. */
const ROUNDS = '5'
const SECONDS = '10'
const STREAMS = '200000'

const BENCH = {
  name: 'npm run bench:event-store',
  about: `Measures patterns/event-store: comparing and rebuilding the tables of relations while commands go on, and appending and
reading beside another event store. Writes to bench/results, unless an option differs from its default.`,
  options: {
    only: { type: 'string', value: 'PART,…', about: `measure some parts: ${PARTS.join(', ')}` },
    rounds: { type: 'string', value: 'N', default: ROUNDS, about: 'interleaved rounds, 1 to 100' },
    seconds: { type: 'string', value: 'N', default: SECONDS, about: 'length of a window, 1 to 600' },
    streams: {
      type: 'string',
      value: 'N',
      default: STREAMS,
      about: 'streams of five events each, 1000 to 1000000',
    },
    parallel: { type: 'string', value: 'N', about: 'connections of the rebuild, 1 to 16 (default: its own)' },
    chunk: {
      type: 'string',
      value: 'N',
      about: 'streams that the rebuild reads at a time, 10 to 10000 (default: its own)',
    },
    json: { type: 'boolean', about: 'print the results as one JSON object, not as a table' },
  },
  examples: [
    ['', 'the published figures'],
    ['--only stores --rounds 1 --seconds 3', 'a quick look at one part'],
  ],
} as const satisfies Command

export type BenchSettings = {
  rounds: number
  windowMs: number
  /** Of the rebuild. */
  streams: number
  parallel?: number
  chunk?: number
}

/** @throws UserFacingError that names the argument, its value and what is expected */
export function parseBenchArguments(argv?: readonly string[]) {
  const { values } = parseCommandLine(BENCH, argv)
  const { only, rounds, seconds, streams, parallel, chunk } = values
  const settings: BenchSettings = {
    rounds: wholeNumber('--rounds', rounds, 1, 100),
    windowMs: wholeNumber('--seconds', seconds, 1, 600) * 1_000,
    streams: wholeNumber('--streams', streams, 1_000, 1_000_000),
    ...(parallel !== undefined && { parallel: wholeNumber('--parallel', parallel, 1, 16) }),
    ...(chunk !== undefined && { chunk: wholeNumber('--chunk', chunk, 10, 10_000) }),
  }
  const usual = rounds === ROUNDS && seconds === SECONDS && streams === STREAMS
  return {
    json: values.json ?? false,
    write: only === undefined && usual && parallel === undefined && chunk === undefined,
    parts: only === undefined ? PARTS : someOf('--only', only, PARTS),
    settings,
  }
}
