import { parseArgs } from 'node:util'
import { HelpRequested, UserFacingError } from './lifecycle.ts'

type CommonOption = {
  /** One letter: `n` for `-n`. */
  short?: string
  /** What the option does. Further lines are indented below the first. */
  about: string
}
export type CommandOption =
  | (CommonOption & { type: 'boolean'; multiple?: false })
  | (CommonOption & {
      type: 'string'
      /** Placeholder for the value in the help: `N`, `FILE`. */
      value: string
      /** Used when the option is not given, and shown in the help. */
      default?: string
      multiple?: false
    })
  | (CommonOption & { type: 'string'; value: string; multiple: true })

/** Describes a program. Its command line and its help are both derived from this. */
export type Command<Options extends Record<string, CommandOption> = Record<string, CommandOption>> = {
  /** The command that runs it: `npm run seed`. */
  name: string
  /** What it does. */
  about: string
  /** Arguments that are not options. @default none are accepted */
  positionals?: { usage: string; min: number; max: number }
  options: Options
  /** Printed below the options. */
  notes?: string
  /** Pairs: the arguments after the name, and a description. */
  examples: readonly (readonly [args: string, about: string])[]
}

/**
 * Parses a command line. All programs use this function, so they all accept `--help` and refuse unknown options.
 *
 * @throws HelpRequested when `--help` or `-h` is present, whatever the other arguments are
 * @throws UserFacingError with one line that names the argument
 */
export function parseCommandLine<const Options extends Record<string, CommandOption>>(
  command: Command<Options>,
  argv: readonly string[] = process.argv.slice(2),
) {
  if (asksForHelp(argv)) throw new HelpRequested(helpOf(command))
  const { positionals: accepted = { min: 0, max: 0 } } = command
  const parsed = parseStrictly(command, argv)
  const { length } = parsed.positionals
  if (length > accepted.max) {
    throw new UserFacingError(
      `Unexpected argument ${JSON.stringify(parsed.positionals[accepted.max])}. ${seeHelp(command)}`,
    )
  }
  if (length < accepted.min) throw new UserFacingError(`Missing argument. Usage: ${usageOf(command)}`)
  return parsed
}

function parseStrictly<Options extends Record<string, CommandOption>>(
  command: Command<Options>,
  argv: readonly string[],
) {
  try {
    return parseArgs({ args: joinNegative(argv), options: command.options, allowPositionals: true })
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split(/\.(?:\s|$)/)
    throw new UserFacingError(`${reason}. ${seeHelp(command)}`)
  }
}

/** The text that `--help` prints. */
export function helpOf({ options, ...command }: Command): string {
  const rows = Object.entries(options).map(([name, option]) => [flagsOf(name, option), aboutOf(option)])
  const examples = command.examples.map(([args, about]) => [callOf(command.name, args), about])
  const parts = [
    command.about,
    `Usage: ${usageOf({ options, ...command })}`,
    `Options:\n${table([...rows, ['-h, --help', 'show this help and do nothing else']])}`,
    command.notes,
    `Examples:\n${table(examples)}`,
  ]
  return parts.filter((part) => part !== undefined).join('\n\n')
}

/** @throws UserFacingError naming the option, its value and what is expected */
export function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new UserFacingError(
    `${option} ${JSON.stringify(text)}: expected a whole number from ${min} to ${max}.`,
  )
}

/** @throws UserFacingError naming the option, its value and what is expected */
export function oneOf<Choice extends string>(
  option: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((known) => known === text)
  if (choice !== undefined) return choice
  throw new UserFacingError(`${option} ${JSON.stringify(text)}: expected one of ${choices.join(', ')}.`)
}

/** Parses a comma-separated list. @throws UserFacingError like `oneOf` */
export function someOf<Choice extends string>(
  option: string,
  text: string,
  choices: readonly Choice[],
): Choice[] {
  return text.split(',').map((part) => oneOf(option, part.trim(), choices))
}

function usageOf({ name, positionals, options }: Command): string {
  const optional = Object.keys(options).length > 0 ? '[options]' : ''
  if (optional && !positionals && !name.includes(' -- ')) return `${name} [-- options]`
  return callOf(name, [positionals?.usage, optional].filter(Boolean).join(' '))
}

const seeHelp = ({ name }: Command) => `See: ${callOf(name, '--help')}`

/** npm parses arguments that begin with a hyphen itself, unless they follow `--`. */
function callOf(name: string, args: string): string {
  if (args === '') return name
  return name.includes(' -- ') ? `${name} ${args}` : `${name} -- ${args}`
}

function flagsOf(name: string, option: CommandOption): string {
  const value = option.type === 'string' ? ` ${option.value}` : ''
  return `${option.short ? `-${option.short}, ` : ''}--${name}${value}`
}

function aboutOf(option: CommandOption): string {
  if (!('default' in option) || option.default === undefined) return option.about
  return `${option.about} (default: ${option.default})`
}

/** Formats rows of two columns. */
function table(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map(([left = '']) => left.length))
  return rows
    .map(([left = '', right = '']) => {
      const lines = right.split('\n').join(`\n${' '.repeat(width + 4)}`)
      return `  ${left.padEnd(width)}  ${lines}`.trimEnd()
    })
    .join('\n')
}

/** Whether the arguments contain `--help` or `-h`. All arguments after `--` are values. */
function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return argv.slice(0, end < 0 ? undefined : end).some((argument) => ['--help', '-h'].includes(argument))
}

/** Joins `--users -5` to `--users=-5`. The number is then refused as a value, and not parsed as an option. */
function joinNegative(argv: readonly string[]): string[] {
  const isValue = (i: number) => /^-\d/.test(argv[i] ?? '') && /^-(-[a-z-]+|[a-z])$/.test(argv[i - 1] ?? '')
  return argv.flatMap((word, i) => {
    if (isValue(i)) return []
    if (!isValue(i + 1)) return [word]
    return [`${word}${word.startsWith('--') ? '=' : ''}${argv[i + 1]}`]
  })
}
