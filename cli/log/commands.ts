import type { Command, CommandOption } from '../../platform/command-line.ts'
import { commandFamily } from '../command-family.ts'

const { command, json, choose } = commandFamily(
  'log',
  'CONSUMER is a name that `npm run log -- status` shows, such as posts.authors.',
)
const yes = {
  type: 'boolean',
  about: 'do it; without this option, only explain what would happen',
} as const satisfies CommandOption

/** The commands of `npm run log`, by name. */
export const COMMANDS = {
  status: command('status', {
    about: `Shows the state of each change log: its epoch, its end, events without a tick, its consumers and how far behind they
are, and the Redis streams. Lines that begin with ! need attention; the exit code is then 1.`,
    options: { json },
    examples: [['', 'the state of all logs']],
  }),
  tail: command('tail', {
    about: 'Prints events: offset, time, key, type, version, payload.',
    positionals: { usage: '[DATABASE]', min: 0, max: 1 },
    options: {
      from: { type: 'string', value: 'OFFSET', about: 'start at this offset; needs a DATABASE' },
      lines: {
        type: 'string',
        value: 'N',
        short: 'n',
        about: 'print at most N existing events (default: the last 10; with --from: all)',
      },
      follow: { type: 'boolean', short: 'f', about: 'continue with new events until Ctrl-C' },
      type: { type: 'string', value: 'TYPE', about: 'only events of this type' },
      key: { type: 'string', value: 'KEY', about: 'only events of this key' },
      json,
    },
    examples: [
      ['', 'the last 10 events of each log'],
      ['users --from 1000 -n 5', 'five events of users, from offset 1000'],
      ['posts --follow --type PostCreated', 'new posts, as they are created'],
    ],
  }),
  parked: command('parked', {
    about: `Lists the keys with an event that a consumer could not apply, oldest first. Later events of such a key wait behind it.`,
    options: { json },
    examples: [['', 'the parked keys of all consumers']],
  }),
  redrive: command('redrive', {
    about: `Applies the events that wait behind a parked key, in order, each exactly once. Fix the cause first. The exit code is 1
when something is still parked.`,
    positionals: { usage: 'CONSUMER (KEY | --all)', min: 1, max: 2 },
    options: { all: { type: 'boolean', about: 'all parked keys of the consumer' } },
    examples: [['posts.authors --all', 'everything that is parked for posts.authors']],
  }),
  rebuild: command('rebuild', {
    about: `Rebuilds the copy that a consumer keeps from its owner's state, while both keep running, then compares the two. The
exit code is 1 when they differ.`,
    positionals: { usage: 'CONSUMER', min: 1, max: 1 },
    options: { check: { type: 'boolean', about: 'only compare' } },
    examples: [
      ['posts.authors', 'rebuild and compare'],
      ['posts.authors --check', 'compare, change nothing'],
    ],
  }),
  'epoch bump': command('epoch bump', {
    about: 'Begins a new epoch: after a restore, or after a failover that may have lost commits.',
    positionals: { usage: 'DATABASE', min: 1, max: 1 },
    options: { yes },
    examples: [
      ['users', 'explain what a new epoch of users would change'],
      ['users --yes', 'begin it'],
    ],
  }),
  'epoch keep': command('epoch keep', {
    about: `Continues in the same epoch: after a failover or a move that lost no commit, or once the log has its Redis for itself
again. Refused when transaction ids went back.`,
    positionals: { usage: 'DATABASE', min: 1, max: 1 },
    options: { yes },
    examples: [['users --yes', 'continue the epoch of users']],
  }),
  'consumers forget': command('consumers forget', {
    about: 'Removes a consumer that will never run again, so that no events are retained for it.',
    positionals: { usage: 'DATABASE CONSUMER', min: 2, max: 2 },
    options: {},
    examples: [['users posts.authors', 'retain nothing of users for posts.authors any longer']],
  }),
} as const satisfies Record<string, Command>

export type CommandName = keyof typeof COMMANDS

/** Finds the command that a command line names; see `commandFamily`. */
export const chooseCommand = (argv: readonly string[]) =>
  choose<CommandName>(
    COMMANDS,
    {
      about: 'Shows and repairs the change logs of an installation.',
      see: 'What to do when something is wrong: docs/runbook.md.',
      examples: [
        ['status', 'the state of all logs'],
        ['tail --help', 'the options of `tail`'],
      ],
    },
    argv,
  )
