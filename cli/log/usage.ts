/** Ways to call each command, and what they do. */
const COMMANDS = {
  status: [
    'status [--json]',
    `How each change log is: its epoch, its end, what no tick has yet, its consumers and how far they are behind, and the
Redis streams. Lines that begin with ! need somebody; then the exit code is 1.`,
  ],
  tail: [
    'tail [DATABASE] [--from OFFSET] [-n N] [--follow] [--type TYPE] [--key KEY] [--json]',
    `Prints events, the last 10 unless told otherwise: offset, time, key, type, version, payload.
  --from OFFSET    from there on, instead of the last ones; needs a DATABASE
  -n, --lines N    at most so many of those that are there
  -f, --follow     goes on with what comes, until Ctrl-C
  --type, --key    only such events`,
  ],
  parked: [
    'parked [--json]',
    'The keys whose events a consumer could not apply, the oldest first. What follows of such a key waits behind it.',
  ],
  redrive: [
    'redrive CONSUMER KEY | CONSUMER --all',
    `Applies what waits behind a parked key once its cause is mended, in order, each event exactly once. The exit code is
1 when something is still parked.`,
  ],
  rebuild: [
    'rebuild CONSUMER [--check]',
    `Builds what a consumer keeps anew from its owner's state, while both go on, and compares the two. The exit code is 1
when they differ.
  --check          only compares`,
  ],
  'epoch bump': [
    'epoch bump DATABASE [--yes]',
    'Begins a new epoch: after a restore, or a failover that may have lost commits. Without --yes: says what it does.',
  ],
  'epoch keep': [
    'epoch keep DATABASE [--yes]',
    `Goes on in the same epoch: after a failover or a move that has lost nothing, or once Redis is its own again. Refused
where transaction ids are behind. Without --yes: says what it does.`,
  ],
  'consumers forget': [
    'consumers forget DATABASE CONSUMER',
    'Forgets a consumer that never comes back, so that nothing is kept for it any longer.',
  ],
} as const

export type CommandName = keyof typeof COMMANDS

export const commandNames = Object.keys(COMMANDS) as CommandName[]

/** How a command is called, on one line. */
export const synopsisOf = (name: CommandName) => `npm run log -- ${COMMANDS[name][0]}`

/** The help of one command. */
export const helpOf = (name: CommandName) => `Usage: ${synopsisOf(name)}\n\n${COMMANDS[name][1]}\n\n${WHERE}`

const WHERE = `DATABASE is users, posts or followers; CONSUMER a name that \`status\` shows, for example posts.authors.
Works on the databases of DATABASE_URL_USERS, DATABASE_URL_POSTS and DATABASE_URL_FOLLOWERS, and the Redis of REDIS_URL;
without these, on what \`npm start\` keeps in DATA_DIR, running or not. With --json, call it by \`npm run -s log\`.`

/** The help of all. */
export const USAGE = `Usage: npm run log -- COMMAND

${commandNames.map((name) => `  ${COMMANDS[name][0]}`).join('\n')}

COMMAND --help says more. What to do when something is wrong: docs/runbook.md.

${WHERE}`
