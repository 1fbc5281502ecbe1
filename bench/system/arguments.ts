import { parseCommandLine, someOf, wholeNumber, type Command } from '../../platform/command-line.ts'
import { CONTENDERS } from './contender.ts'

/** Defaults, as used for the published figures. */
const CONNECTIONS = '50'
const USERS = '1000'

const BENCH = {
  name: 'npm run bench:system',
  about: `Measures what a profile page costs in CPU over all processes, beside two other ways to serve it. Writes to
bench/results, unless contenders, connections or users differ from the defaults.`,
  options: {
    only: { type: 'string', value: 'NAME,…', about: `measure some contenders: ${CONTENDERS.join(', ')}` },
    rounds: { type: 'string', value: 'N', default: '3', about: 'windows of each contender, 1 to 100' },
    seconds: { type: 'string', value: 'N', default: '8', about: 'length of a window, 1 to 600' },
    connections: { type: 'string', value: 'N', default: CONNECTIONS, about: 'requests in flight, 1 to 1000' },
    users: {
      type: 'string',
      value: 'N',
      default: USERS,
      about: 'users of the graph, with 20 posts each, from 5',
    },
    json: { type: 'boolean', about: 'print the results as one JSON object, not as a table' },
  },
  examples: [
    ['', 'the published figures'],
    ['--only tessera --rounds 1 --seconds 3', 'a quick look at Tessera alone'],
  ],
} as const satisfies Command

/**
 * Parses the command line.
 *
 * @throws UserFacingError that names the argument, its value and what is expected
 */
export function parseBenchArguments(argv?: readonly string[]) {
  const { values } = parseCommandLine(BENCH, argv)
  const seconds = wholeNumber('--seconds', values.seconds, 1, 600)
  const published = !values.only && values.connections === CONNECTIONS && values.users === USERS
  return {
    json: values.json ?? false,
    write: published,
    contenders: values.only ? someOf('--only', values.only, CONTENDERS) : CONTENDERS,
    rounds: wholeNumber('--rounds', values.rounds, 1, 100),
    windowMs: seconds * 1_000,
    warmUpMs: Math.max(5_000, seconds * 500),
    connections: wholeNumber('--connections', values.connections, 1, 1_000),
    users: wholeNumber('--users', values.users, 5, 1_000_000),
  }
}
