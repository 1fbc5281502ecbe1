import type { Command, CommandOption } from '../../platform/command-line.ts'
import { commandFamily } from '../command-family.ts'

const { command, json, choose } = commandFamily(
  'events',
  `STREAM is the name of a pair, in quotes: 'user_…>user_…' has what the
first user did with the second: requests, follows and blocks.`,
)
const after = {
  type: 'string',
  value: 'STREAM',
  about: 'continue after this stream, where another run was stopped',
} as const satisfies CommandOption

/** The commands of `npm run events`, by name. */
export const COMMANDS = {
  rebuild: command('rebuild', {
    about: `Compares the tables of relations with the events of all streams and repairs what differs, while the services run: periods,
requests, blocks and counts. Streams that cannot be read are reported and left alone; the exit code is then 1.`,
    options: { after, json },
    examples: [['', 'repair all tables']],
  }),
  check: command('check', {
    about: `Compares without changing anything, and without locks. Also reports if the rights to change events came back. The exit code
is 1 if something is wrong.`,
    options: { after, json },
    examples: [['', 'compare all tables']],
  }),
  show: command('show', {
    about: 'Prints the events of a stream as they are stored: version, time, type, schema, data, meta.',
    positionals: { usage: 'STREAM', min: 1, max: 1 },
    options: { json },
    examples: [
      ["'user_01jd3w8k2he5bvqz4p7n6m9xtr>user_01jd3w8k2je5bvqz4p7n6m9xts'", 'the history of a pair'],
    ],
  }),
} as const satisfies Record<string, Command>

export type CommandName = keyof typeof COMMANDS

/** Finds the command that a command line names; see `commandFamily`. */
export const chooseCommand = (argv: readonly string[]) =>
  choose<CommandName>(
    COMMANDS,
    {
      about: 'Looks after the streams of events of relations, and the tables that follow from them.',
      see: 'What streams promise: patterns/event-store/README.md.',
      examples: [
        ['check', 'whether the tables are as the events say'],
        ['rebuild --help', 'the options of `rebuild`'],
      ],
    },
    argv,
  )
