import type { Command, CommandOption } from '../../platform/command-line.ts'
import { commandFamily } from '../command-family.ts'

/** URL of the gateway of `npm start`. */
export const DEFAULT_URL = 'http://127.0.0.1:4000/graphql'

const { command, json, choose } = commandFamily(
  'cache',
  `FACET is one service's view of one object or look-up, such as
users:User:user_… or users:handle:alice (contracts/facets.ts).`,
)
const url = {
  type: 'string',
  value: 'URL',
  multiple: true,
  about: `GraphQL URL of a gateway; may be repeated (default: ${DEFAULT_URL})`,
} as const satisfies CommandOption

/** Maximum number of arguments of `drop`. */
const MAX_DROPPED = 64

/** The commands of `npm run cache`, by name. */
export const COMMANDS = {
  status: command('status', {
    about: `Shows the end of each change log, whether the Redis of the cache responds, and what gateways say of themselves. Lines that
begin with ! need attention; the exit code is then 1.`,
    options: { url, json },
    examples: [['', 'the state of the cache']],
  }),
  inspect: command('inspect', {
    about: `Shows what is known of a facet: its service, the last event that touched it, which entries in Redis rest on it, and whether they
are current. Looks back at most 100,000 records of the log, and at 100,000 entries.`,
    positionals: { usage: 'FACET', min: 1, max: 1 },
    options: { json },
    examples: [['users:handle:alice', 'the look-up of a handle']],
  }),
  drop: command('drop', {
    about: `Drops what all caches have of a facet, of a user or post, or of a whole database: writes an event to the log of its
owner, which invalidates it in every gateway and in Redis. Data of the services is not changed. Waits up to 10 seconds for the
tick with the event; the exit code is 1 if there is none.`,
    positionals: { usage: '(FACET | ID | DATABASE) ...', min: 1, max: MAX_DROPPED },
    options: {
      'no-wait': { type: 'boolean', about: 'only write the event; do not wait for its tick' },
      json,
    },
    examples: [
      ['user_01jd3w8k2he5bvqz4p7n6m9xtr', 'the profile, the posts and the follows of this user'],
      ['users:handle:alice', 'who has this handle, or that nobody has it'],
      ['followers', 'everything that was read from the database followers'],
    ],
  }),
  audit: command('audit', {
    about: `Reads users, profiles and posts through gateways as a client does, and judges them by the change logs. A read is stale
if it shows a value that had been superseded, in the time of its database, for longer than the bound before the read began. The exit
code is 1 if a read is stale, or if nothing could be judged. Reads only, unless --writes is given.`,
    options: {
      minutes: { type: 'string', value: 'N', default: '1', about: 'duration' },
      url,
      rate: {
        type: 'string',
        value: 'N',
        default: '500',
        about: 'reads per second, of all gateways together',
      },
      writes: {
        type: 'string',
        value: 'N',
        default: '0',
        about: 'writes per second, by people who are signed up for it and stay behind',
      },
      'bound-ms': {
        type: 'string',
        value: 'MS',
        default: '5000',
        about: 'how long a value may have been superseded: the lag at which a gateway bypasses its cache',
      },
      seed: {
        type: 'string',
        value: 'N',
        about: 'chooses what is read; the report names it (default: random)',
      },
      json,
    },
    examples: [
      ['--minutes 10', 'audit the gateway of npm start'],
      [
        '--minutes 60 --rate 2000 --url https://a.example/graphql --url https://b.example/graphql',
        'audit two gateways together',
      ],
      ['--writes 5', 'audit a system in which nobody writes'],
    ],
  }),
} as const satisfies Record<string, Command>

export type CommandName = keyof typeof COMMANDS

/** Finds the command that a command line names; see `commandFamily`. */
export const chooseCommand = (argv: readonly string[]) =>
  choose<CommandName>(
    COMMANDS,
    {
      about: 'Looks after the cache of an installation.',
      see: 'What the cache promises: docs/caching.md.',
      examples: [
        ['status', 'the state of the cache'],
        ['audit --writes 5', 'look for stale reads'],
        ['drop --help', 'the options of `drop`'],
      ],
    },
    argv,
  )
