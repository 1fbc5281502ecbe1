import { oneOf, parseCommandLine, someOf, wholeNumber, type Command } from '../../platform/command-line.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { CONTENDERS, type ContenderName } from './contenders.ts'

const QUERIES = ['profile', 'guild'] as const
const HEADERS = ['same', 'unique'] as const

export type BenchArguments = {
  query: (typeof QUERIES)[number]
  /** For `guild`: the same Authorization header in all requests, or a different one in each. */
  headers: (typeof HEADERS)[number]
  rounds: number
  /** Length of one measurement, in seconds. */
  seconds: number
  only: readonly ContenderName[]
  json: boolean
  /** Whether to write the results to bench/results. */
  save: boolean
  /** Folder for CPU profiles of the contenders. */
  cpuProf: string | null
}

const BENCH = {
  name: 'npm run bench:gateway',
  about:
    'Measures the gateway and other federation gateways: requests per second, latency and CPU. Writes to bench/results.',
  options: {
    query: {
      type: 'string',
      value: 'QUERY',
      default: 'profile',
      about:
        "profile: the profile page, 4 subgraph requests;\nguild: the shop of The Guild's gateway benchmark, 16 subgraph requests",
    },
    headers: {
      type: 'string',
      value: 'KIND',
      about:
        'guild only: the Authorization header is the same in all requests,\nor unique in each (default: unique)',
    },
    rounds: { type: 'string', value: 'N', default: '5', about: 'rounds over all contenders, 1 to 100' },
    seconds: { type: 'string', value: 'N', default: '3', about: 'length of one measurement, 1 to 600' },
    only: {
      type: 'string',
      value: 'NAME,…',
      about: `measure only these contenders, and do not write to bench/results:\n${listed(Object.keys(CONTENDERS))}`,
    },
    json: {
      type: 'boolean',
      about: 'print the results to stdout as one JSON object; the rest goes to stderr',
    },
    'no-save': { type: 'boolean', about: 'do not write to bench/results' },
    'cpu-prof': {
      type: 'string',
      value: 'DIR',
      about:
        'write a CPU profile of each contender to DIR/NAME;\nprofiling slows the run, so results are not saved',
    },
  },
  examples: [
    ['', 'the published figures of the profile page; 3 minutes or more'],
    ['--query guild --only raw-http,stock-apollo --rounds 1', 'a quick look at two contenders'],
  ],
} as const satisfies Command

/** @throws UserFacingError that names the argument, its value and what is expected */
export function parseBenchArguments(argv?: readonly string[]): BenchArguments {
  const { values } = parseCommandLine(BENCH, argv)
  const query = oneOf('--query', values.query, QUERIES)
  if (values.headers !== undefined && query !== 'guild') {
    throw new UserFacingError(`--headers ${values.headers} needs --query guild. Add that, or omit --headers.`)
  }
  const names = Object.keys(CONTENDERS) as ContenderName[]
  const only = values.only === undefined ? null : someOf('--only', values.only, names)
  const cpuProf = values['cpu-prof'] ?? null
  if (cpuProf === '') throw new UserFacingError('--cpu-prof is empty. Give the path of a folder after it.')
  return {
    query,
    headers: oneOf('--headers', values.headers ?? 'unique', HEADERS),
    rounds: wholeNumber('--rounds', values.rounds, 1, 100),
    seconds: wholeNumber('--seconds', values.seconds, 1, 600),
    only: only ?? names,
    json: values.json ?? false,
    save: !values['no-save'] && only === null && cpuProf === null,
    cpuProf,
  }
}

/** Names separated by commas, four per line. */
function listed(all: readonly string[]): string {
  const lines = Array.from({ length: Math.ceil(all.length / 4) }, (_, i) =>
    all.slice(4 * i, 4 * i + 4).join(', '),
  )
  return lines.join(',\n')
}
