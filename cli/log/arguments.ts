import { databases, type DatabaseName } from '../../contracts/topology.ts'
import { oneOf, parseCommandLine, wholeNumber } from '../../platform/command-line.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { chooseCommand, COMMANDS, type CommandName } from './commands.ts'

export type TailArguments = {
  /** Null for all databases. */
  database: DatabaseName | null
  /** First offset to print. Null to print the last events. */
  from: number | null
  /** Maximum number of existing events to print. Null for all. */
  lines: number | null
  follow: boolean
  type: string | null
  key: string | null
  json: boolean
}

export type LogCommand =
  | { kind: 'status' | 'parked'; json: boolean }
  | ({ kind: 'tail' } & TailArguments)
  /** `key` is null for all keys. */
  | { kind: 'redrive'; consumer: string; key: string | null }
  | { kind: 'rebuild'; consumer: string; checkOnly: boolean }
  | { kind: 'epoch bump' | 'epoch keep'; database: DatabaseName; yes: boolean }
  | { kind: 'consumers forget'; database: DatabaseName; consumer: string }

/** Default number of events that `tail` prints. */
const DEFAULT_LINES = 10

const MAX_OFFSET = Number.MAX_SAFE_INTEGER

/**
 * Parses the command line.
 *
 * @throws HelpRequested if help is requested or there is no command
 * @throws UserFacingError with one line that names the argument, its value and what is expected
 */
export function parseLogArguments(argv: readonly string[] = process.argv.slice(2)): LogCommand {
  const { name, rest } = chooseCommand(argv)
  return parseCommand(name, rest)
}

function parseCommand(name: CommandName, argv: readonly string[]): LogCommand {
  switch (name) {
    case 'status':
    case 'parked':
      return { kind: name, json: parseCommandLine(COMMANDS[name], argv).values.json ?? false }
    case 'tail':
      return parseTail(argv)
    case 'redrive': {
      const { values, positionals } = parseCommandLine(COMMANDS.redrive, argv)
      const [consumer = '', key] = positionals
      if (key === undefined && !values.all) throw new UserFacingError('redrive needs a KEY or --all.')
      if (key !== undefined && values.all)
        throw new UserFacingError(`redrive takes the KEY ${key} or --all, not both.`)
      return { kind: name, consumer, key: key ?? null }
    }
    case 'rebuild': {
      const { values, positionals } = parseCommandLine(COMMANDS.rebuild, argv)
      return { kind: name, consumer: positionals[0] ?? '', checkOnly: values.check ?? false }
    }
    case 'epoch bump':
    case 'epoch keep': {
      const { values, positionals } = parseCommandLine(COMMANDS[name], argv)
      return { kind: name, database: databaseOf(positionals[0]), yes: values.yes ?? false }
    }
    case 'consumers forget': {
      const [database, consumer = ''] = parseCommandLine(COMMANDS[name], argv).positionals
      return { kind: name, database: databaseOf(database), consumer }
    }
  }
}

function parseTail(argv: readonly string[]): LogCommand {
  const { values, positionals } = parseCommandLine(COMMANDS.tail, argv)
  const database = positionals[0] === undefined ? null : databaseOf(positionals[0])
  if (values.from !== undefined && database === null) {
    throw new UserFacingError(
      `--from ${values.from} needs a DATABASE, as each log has its own offsets: tail users --from ${values.from}.`,
    )
  }
  const from = values.from === undefined ? null : wholeNumber('--from', values.from, 1, MAX_OFFSET)
  const lines = values.lines === undefined ? null : wholeNumber('-n', values.lines, 0, MAX_OFFSET)
  return {
    kind: 'tail',
    database,
    from,
    lines: lines ?? (from === null ? DEFAULT_LINES : null),
    follow: values.follow ?? false,
    type: values.type ?? null,
    key: values.key ?? null,
    json: values.json ?? false,
  }
}

function databaseOf(text = ''): DatabaseName {
  return oneOf('DATABASE', text, databases)
}
