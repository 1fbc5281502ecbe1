import { parseArgs } from 'node:util'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { CONTENDERS, type ContenderName } from './contenders.ts'

const QUERIES = ['profile', 'guild'] as const
const HEADERS = ['same', 'unique'] as const

export type BenchArguments = {
  query: (typeof QUERIES)[number]
  /** Of `guild`: one Authorization header for all requests, or a different one in each. */
  headers: (typeof HEADERS)[number]
  rounds: number
  /** Length of one measurement, in seconds. */
  seconds: number
  only: readonly ContenderName[]
  json: boolean
  /** Write the results to bench/results. */
  save: boolean
  /** Folder for CPU profiles of the contenders. */
  cpuProf: string | null
}

export const USAGE = `Usage: npm run bench:gateway [-- --query profile|guild] [--headers same|unique] [--rounds 5] [--seconds 3]
                             [--only NAME,…] [--json] [--no-save] [--cpu-prof DIR]

  --query Q        profile: the profile page, 4 fetches; guild: a shop like the Guild's, 16 fetches (default profile)
  --headers H      guild only: one Authorization header for all, or a unique one in each request (default unique)
  --rounds N       rounds over all contenders, 1 to 100
  --seconds N      length of one measurement, 1 to 600
  --only NAME,…    of ${Object.keys(CONTENDERS).join(', ')}
  --json           print the results as one JSON object; all else goes to standard error
  --no-save        leave bench/results as it is; partial runs (--only) never write there
  --cpu-prof DIR   write a CPU profile of each contender to DIR/NAME; the figures are lower with it, and not kept`

/** @returns null when help is asked for. @throws UserFacingError naming the argument, its value and what was expected */
export function parseBenchArguments(argv: readonly string[]): BenchArguments | null {
  const values = parse(argv)
  if (values.help) return null
  const query = oneOf('query', values.query, QUERIES)
  if (values.headers !== undefined && query !== 'guild') {
    throw new UserFacingError(`--headers ${values.headers} is for --query guild. Leave it out, or add that.`)
  }
  const only = values.only === undefined ? null : names(values.only)
  const cpuProf = values['cpu-prof'] ?? null
  if (cpuProf === '') throw new UserFacingError('--cpu-prof is empty. Give the path of a folder after it.')
  return {
    query,
    headers: oneOf('headers', values.headers ?? 'unique', HEADERS),
    rounds: whole('rounds', values.rounds, 100),
    seconds: whole('seconds', values.seconds, 600),
    only: only ?? (Object.keys(CONTENDERS) as ContenderName[]),
    json: values.json,
    save: !values['no-save'] && only === null && cpuProf === null,
    cpuProf,
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        query: { type: 'string', default: 'profile' },
        headers: { type: 'string' },
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '3' },
        only: { type: 'string' },
        json: { type: 'boolean', default: false },
        'no-save': { type: 'boolean', default: false },
        'cpu-prof': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    throw new UserFacingError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
  }
}

function oneOf<Choice extends string>(name: string, value: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((known) => known === value)
  if (choice !== undefined) return choice
  throw new UserFacingError(`--${name} ${JSON.stringify(value)}: expected ${choices.join(' or ')}.`)
}

function names(list: string): ContenderName[] {
  const known = Object.keys(CONTENDERS) as ContenderName[]
  return list.split(',').map((name) => {
    const found = known.find((contender) => contender === name.trim())
    if (found) return found
    throw new UserFacingError(
      `--only: there is no contender ${JSON.stringify(name)}. There are: ${known.join(', ')}.`,
    )
  })
}

function whole(name: string, text: string, max: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (value >= 1 && value <= max) return value
  throw new UserFacingError(`--${name} ${JSON.stringify(text)}: expected a whole number from 1 to ${max}.`)
}
