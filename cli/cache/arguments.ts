import { parseCommandLine } from '../../platform/command-line.ts'
import { HelpRequested, UserFacingError } from '../../platform/lifecycle.ts'
import { commandNames, COMMANDS, USAGE, type CommandName } from './commands.ts'
import { targetsOf, type Targets } from './drop/targets.ts'

export type CacheCommand = { kind: 'drop'; targets: Targets; wait: boolean; json: boolean }

/**
 * Parses the command line.
 *
 * @throws HelpRequested if help is requested or there is no command
 * @throws UserFacingError with one line that names the argument, its value and what is expected
 */
export function parseCacheArguments(argv: readonly string[] = process.argv.slice(2)): CacheCommand {
  const [first = '', ...rest] = argv
  if (['', '--help', '-h', 'help'].includes(first)) throw new HelpRequested(USAGE)
  const name = commandNames.find((known) => known === first)
  if (name) return parseCommand(name, rest)
  throw new UserFacingError(
    `Unknown command ${JSON.stringify(first)}. Commands: ${commandNames.join(', ')}. See: npm run cache -- --help`,
  )
}

function parseCommand(name: CommandName, argv: readonly string[]): CacheCommand {
  switch (name) {
    case 'drop': {
      const { values, positionals } = parseCommandLine(COMMANDS.drop, argv)
      return {
        kind: name,
        targets: targetsOf(positionals),
        wait: !(values['no-wait'] ?? false),
        json: values.json ?? false,
      }
    }
  }
}
