import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { services, type Service } from '../../contracts/topology.ts'
import { commandNames, helpOf, synopsisOf, USAGE, type CommandName } from './usage.ts'

export type TailArguments = {
  /** Null: all. */
  database: Service | null
  /** Null: the last ones. */
  from: number | null
  /** Most events of those that are there; null: no bound. */
  lines: number | null
  follow: boolean
  type: string | null
  key: string | null
  json: boolean
}

export type LogCommand =
  | { kind: 'help'; text: string }
  | { kind: 'status' | 'parked'; json: boolean }
  | ({ kind: 'tail' } & TailArguments)
  /** Key null: all of them. */
  | { kind: 'redrive'; consumer: string; key: string | null }
  | { kind: 'rebuild'; consumer: string; checkOnly: boolean }
  | { kind: 'epoch bump' | 'epoch keep'; database: Service; yes: boolean }
  | { kind: 'consumers forget'; database: Service; consumer: string }

/** Events that `tail` shows unless told otherwise. */
const DEFAULT_LINES = 10

/**
 * Reads the command line.
 *
 * @throws UserFacingError with one line that names the argument, its value and what was expected
 */
export function parseLogArguments(argv: readonly string[]): LogCommand {
  const [first = '', second = ''] = argv
  if (['', '--help', '-h', 'help'].includes(first)) return { kind: 'help', text: USAGE }
  const name = commandNames.find((known) => known === first || known === `${first} ${second}`)
  if (!name) throw new UserFacingError(unknownCommand(first, second))
  const rest = argv.slice(name.split(' ').length)
  if (rest.includes('--help') || rest.includes('-h')) return { kind: 'help', text: helpOf(name) }
  return parseCommand(name, rest)
}

const flag = { type: 'boolean' } as const
const value = { type: 'string' } as const
const TAIL = {
  from: value,
  lines: { type: 'string', short: 'n' },
  follow: { type: 'boolean', short: 'f' },
  type: value,
  key: value,
  json: flag,
} as const

function parseCommand(name: CommandName, argv: readonly string[]): LogCommand {
  switch (name) {
    case 'status':
    case 'parked': {
      const { values } = parse(name, argv, { json: flag }, 0, 0)
      return { kind: name, json: values.json ?? false }
    }
    case 'tail':
      return parseTail(argv)
    case 'redrive': {
      const { values, positionals } = parse(name, argv, { all: flag }, 1, 2)
      const [consumer = '', key] = positionals
      if ((key !== undefined) === (values.all ?? false)) {
        throw wrong(name, key === undefined ? 'neither a KEY nor --all' : `the KEY ${key} and --all as well`)
      }
      return { kind: name, consumer, key: key ?? null }
    }
    case 'rebuild': {
      const { values, positionals } = parse(name, argv, { check: flag }, 1, 1)
      return { kind: name, consumer: positionals[0] ?? '', checkOnly: values.check ?? false }
    }
    case 'epoch bump':
    case 'epoch keep': {
      const { values, positionals } = parse(name, argv, { yes: flag }, 1, 1)
      return { kind: name, database: databaseOf(positionals[0]), yes: values.yes ?? false }
    }
    case 'consumers forget': {
      const [database, consumer = ''] = parse(name, argv, {}, 2, 2).positionals
      return { kind: name, database: databaseOf(database), consumer }
    }
  }
}

function parseTail(argv: readonly string[]): LogCommand {
  const { values, positionals } = parse('tail', argv, TAIL, 0, 1)
  const database = positionals[0] === undefined ? null : databaseOf(positionals[0])
  if (values.from !== undefined && database === null) {
    throw new UserFacingError(
      `--from ${values.from}: offsets are those of one log. Name it: tail users --from ${values.from}.`,
    )
  }
  const from = values.from === undefined ? null : whole('--from', values.from, 1)
  const lines = values.lines === undefined ? null : whole('-n', values.lines, 0)
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

function parse<Options extends ParseArgsOptionsConfig>(
  name: CommandName,
  argv: readonly string[],
  options: Options,
  least: number,
  most: number,
) {
  const { values, positionals } = read(name, argv, options)
  if (positionals.length < least) {
    throw wrong(name, `${positionals.length === 0 ? 'nothing' : 'only'} ${positionals.join(' ')}`.trim())
  }
  if (positionals.length > most) throw wrong(name, `one too many, ${positionals[most]}`)
  return { values, positionals }
}

function read<Options extends ParseArgsOptionsConfig>(
  name: CommandName,
  argv: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new UserFacingError(`${firstSentence(message)}. Usage: ${synopsisOf(name)}`)
  }
}

function firstSentence(text: string): string {
  return (text.split(/\.(?:\s|$)/)[0] ?? text).trim()
}

function databaseOf(text: string | undefined): Service {
  const found = services.find((service) => service === text)
  if (found) return found
  throw new UserFacingError(`There is no database ${JSON.stringify(text)}. There are ${services.join(', ')}.`)
}

function whole(option: string, text: string, least: number): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least) return number
  throw new UserFacingError(`${option} ${JSON.stringify(text)}: expected a whole number from ${least} on.`)
}

function wrong(name: CommandName, got: string): UserFacingError {
  return new UserFacingError(`${name} got ${got}. Usage: ${synopsisOf(name)}`)
}

function unknownCommand(first: string, second: string): string {
  const groups = commandNames.filter((name) => name.startsWith(`${first} `))
  if (groups.length > 0) return `${first} ${second}`.trim() + ` is not a command: ${groups.join(', ')} are.`
  return `There is no command ${JSON.stringify(first)}. There are ${commandNames.join(', ')}; --help says more.`
}
