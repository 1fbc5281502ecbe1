import { parseCommandLine } from '../../platform/command-line.ts'
import { chooseCommand, COMMANDS } from './commands.ts'

export type EventsCommand =
  | { kind: 'rebuild' | 'check'; after: string; json: boolean }
  | { kind: 'show'; stream: string; json: boolean }

/**
 * Parses the command line.
 *
 * @throws HelpRequested if help is requested or there is no command
 * @throws UserFacingError with one line that names the argument, its value and what is expected
 */
export function parseEventsArguments(argv: readonly string[] = process.argv.slice(2)): EventsCommand {
  const { name, rest } = chooseCommand(argv)
  if (name === 'show') {
    const { values, positionals } = parseCommandLine(COMMANDS.show, rest)
    return { kind: name, stream: positionals[0] ?? '', json: values.json ?? false }
  }
  const { values } = parseCommandLine(COMMANDS[name], rest)
  return { kind: name, after: values.after ?? '', json: values.json ?? false }
}
