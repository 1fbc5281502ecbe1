import { parseArgs } from 'node:util'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { NAMED_USERS } from './named-users.ts'

export type SeedArguments = { users: number; postsPerUser: number; rng: number; edges?: string }

export const USAGE = `Usage: npm run seed -- [--users 1000] [--posts-per-user 20] [--rng 42] [--edges FILE]

  --users N            how many users, from ${NAMED_USERS.length} on
  --posts-per-user N   posts per user on average
  --rng N              the same number makes the same rows
  --edges FILE         read who follows whom from an edge list ("u v" per line) instead of generating it

Fills the databases of DATABASE_URL_USERS, DATABASE_URL_POSTS and DATABASE_URL_FOLLOWERS; without these, the embedded
ones in DATA_DIR, which \`npm start\` then serves. They must be empty.`

/** Bounds of the whole numbers; the largest seeds are bounded by memory, about 1 kB per user. */
const BOUNDS = {
  users: [NAMED_USERS.length, 4_000_000],
  'posts-per-user': [0, 1_000],
  rng: [0, 2 ** 32 - 1],
} as const

/**
 * Reads the command line; null when it asks for help.
 *
 * @throws UserFacingError naming the argument, its value and what was expected
 */
export function parseSeedArguments(argv: readonly string[]): SeedArguments | null {
  const values = parse(argv)
  if (values.help) return null
  if (values.edges === '')
    throw new UserFacingError('--edges is empty. Give the path of an edge list after it.')
  if (values.edges !== undefined && values.users !== undefined) {
    throw new UserFacingError(
      `--users ${values.users} and --edges ${values.edges} are both given. Leave --users out: the file has the users.`,
    )
  }
  return {
    users: whole('users', values.users ?? '1000'),
    postsPerUser: whole('posts-per-user', values['posts-per-user'] ?? '20'),
    rng: whole('rng', values.rng ?? '42'),
    ...(values.edges !== undefined && { edges: values.edges }),
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: joinNegative(argv),
      options: {
        users: { type: 'string' },
        'posts-per-user': { type: 'string' },
        rng: { type: 'string' },
        edges: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new UserFacingError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
  }
}

/** `--users -5` → `--users=-5`: so that it is refused as a number, not as an argument that may be an option. */
function joinNegative(argv: readonly string[]): string[] {
  const isValue = (i: number) => /^-\d/.test(argv[i] ?? '') && /^--[a-z-]+$/.test(argv[i - 1] ?? '')
  return argv.flatMap((word, i) => {
    if (isValue(i)) return []
    return isValue(i + 1) ? [`${word}=${argv[i + 1]}`] : [word]
  })
}

function whole(name: keyof typeof BOUNDS, text: string): number {
  const [min, max] = BOUNDS[name]
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new UserFacingError(
    `--${name} ${JSON.stringify(text)}: expected a whole number from ${min} to ${max}.`,
  )
}
