import { parseCommandLine, wholeNumber, type Command } from '../../platform/command-line.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { NAMED_USERS } from './named-users.ts'

export type SeedArguments = { users: number; postsPerUser: number; rng: number; edges?: string }

/** Memory limits the size of a seed: it takes about 1 kB per user. */
const MAX_USERS = 4_000_000

const SEED = {
  name: 'npm run seed',
  about: `Fills empty databases with a social graph: users, follows, posts and likes. All or nothing: a seed that fails or is
stopped leaves the databases empty.`,
  options: {
    users: {
      type: 'string',
      value: 'N',
      about: `number of users, from ${NAMED_USERS.length} (default: 1000)`,
    },
    'posts-per-user': {
      type: 'string',
      value: 'N',
      default: '20',
      about: 'average number of posts per user',
    },
    rng: {
      type: 'string',
      value: 'N',
      default: '42',
      about: 'seed of the random numbers; the same number makes the same rows',
    },
    edges: {
      type: 'string',
      value: 'FILE',
      about: 'read the follows from an edge list ("u v" per line), not generate them',
    },
  },
  notes: `Works on the databases of DATABASE_URL_USERS, DATABASE_URL_POSTS and DATABASE_URL_FOLLOWERS. Without these
variables it works on the embedded databases in DATA_DIR (default: .data), which \`npm start\` then serves.`,
  examples: [
    ['', 'the graph that `npm start` makes: 1,000 users'],
    ['--users 100000', '100,000 users and 2,000,000 posts, in an empty DATA_DIR'],
    ['--edges graph.txt', 'the follows of a file'],
  ],
} as const satisfies Command

/**
 * Parses the command line of `npm run seed`.
 *
 * @throws UserFacingError that names the argument, its value and what is expected
 */
export function parseSeedArguments(argv?: readonly string[]): SeedArguments {
  const { values } = parseCommandLine(SEED, argv)
  if (values.edges === '')
    throw new UserFacingError('--edges is empty. Give the path of an edge list after it.')
  if (values.edges !== undefined && values.users !== undefined) {
    throw new UserFacingError(
      `--users ${values.users} and --edges ${values.edges} exclude each other: the file determines the users.`,
    )
  }
  return {
    users: wholeNumber('--users', values.users ?? '1000', NAMED_USERS.length, MAX_USERS),
    postsPerUser: wholeNumber('--posts-per-user', values['posts-per-user'], 0, 1_000),
    rng: wholeNumber('--rng', values.rng, 0, 2 ** 32 - 1),
    ...(values.edges !== undefined && { edges: values.edges }),
  }
}
