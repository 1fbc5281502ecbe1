import { parseArgs } from 'node:util'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { CONTENDERS, type ContenderName } from './contender.ts'

export const USAGE = `Usage: npm run bench:system [-- --json] [--rounds 3] [--seconds 8] [--only tessera,postgraphile]

  --json               print the results as one JSON object instead of a table
  --rounds N           windows of each contender, 1 to 100
  --seconds N          length of a window, 1 to 600
  --connections N      requests in flight, 1 to 1000
  --users N            users of the graph, with 20 posts each
  --only A,B           of ${CONTENDERS.join(', ')}

The results are written to bench/results, unless there are other contenders, connections or users than usual.`

/** Of the published figures. */
const CONNECTIONS = '50'
const USERS = '1000'

/**
 * Reads the command line; null when it asks for help.
 *
 * @throws UserFacingError naming the argument, its value and what was expected
 */
export function parseBenchArguments(argv: readonly string[]) {
  const values = parse(argv)
  if (values.help) return null
  const seconds = whole('seconds', values.seconds, 600)
  const published = !values.only && values.connections === CONNECTIONS && values.users === USERS
  return {
    json: values.json,
    write: published,
    contenders: values.only ? values.only.split(',').map(requireContender) : CONTENDERS,
    rounds: whole('rounds', values.rounds, 100),
    windowMs: seconds * 1_000,
    warmUpMs: Math.max(5_000, seconds * 500),
    connections: whole('connections', values.connections, 1_000),
    users: whole('users', values.users, 1_000_000, 5),
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        json: { type: 'boolean', default: false },
        rounds: { type: 'string', default: '3' },
        seconds: { type: 'string', default: '8' },
        connections: { type: 'string', default: CONNECTIONS },
        users: { type: 'string', default: USERS },
        only: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new UserFacingError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
  }
}

function whole(name: string, text: string, max: number, min = 1): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new UserFacingError(`--${name} ${text}: expected a whole number from ${min} to ${max}.`)
}

function requireContender(name: string): ContenderName {
  const found = CONTENDERS.find((contender) => contender === name)
  if (found) return found
  throw new UserFacingError(`--only ${name}: expected some of ${CONTENDERS.join(', ')}, with commas.`)
}
