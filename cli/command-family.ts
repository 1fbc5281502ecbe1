import { databases, databaseVariable } from '../contracts/topology.ts'
import { helpOf, type Command, type CommandOption } from '../platform/command-line.ts'
import { HelpRequested, UserFacingError } from '../platform/lifecycle.ts'

const list = (type: 'conjunction' | 'disjunction', names: readonly string[]) =>
  new Intl.ListFormat('en-GB', { type }).format(names)

type FamilyHelp = {
  about: string
  /** Where to read more. */
  see: string
  examples: Command['examples']
}

/**
 * A family of commands that work on an installation, such as `npm run log -- status`.
 *
 * @param family the npm script
 * @param words explains the words of its usages
 */
export function commandFamily(family: string, words: string) {
  const script = `npm run ${family}`
  const notes = `DATABASE is ${list('disjunction', databases)}. ${words}
Works on the databases of ${list('conjunction', databases.map(databaseVariable))}, and on the Redis of
REDIS_URL. Without these variables it works on the data of \`npm start\` in DATA_DIR (default: .data), running or not.`
  return {
    /** The option `--json`. */
    json: {
      type: 'boolean',
      about: `print JSON; use \`npm run -s ${family}\`, or npm prints lines of its own`,
    } as const satisfies CommandOption,

    /** Defines a command of the family. */
    command: <const Given extends Omit<Command, 'name' | 'notes'>>(name: string, given: Given) => ({
      name: `${script} -- ${name}`,
      notes,
      ...given,
    }),

    /**
     * Finds the command that a command line names. A name can have two words.
     *
     * @returns the name, and the arguments after it
     * @throws HelpRequested if help is requested or there is no command
     * @throws UserFacingError if there is no such command
     */
    choose<Name extends string>(
      commands: Readonly<Record<Name, Command>>,
      { about, see, examples }: FamilyHelp,
      argv: readonly string[],
    ): { name: Name; rest: readonly string[] } {
      const names = Object.keys(commands) as Name[]
      const [first = '', second = ''] = argv
      if (['', '--help', '-h', 'help'].includes(first)) {
        const synopses = names.map((name) => `  ${name} ${commands[name].positionals?.usage ?? ''}`.trimEnd())
        throw new HelpRequested(
          helpOf({
            name: script,
            about,
            positionals: { usage: 'COMMAND', min: 1, max: 1 },
            options: {},
            notes: `Commands:\n${synopses.join('\n')}\n\nCOMMAND --help says more. ${see}\n\n${notes}`,
            examples,
          }),
        )
      }
      const name = names.find((known) => known === first || known === `${first} ${second}`)
      if (name) return { name, rest: argv.slice(name.split(' ').length) }
      const group = names.filter((known) => known.startsWith(`${first} `))
      const given = group.length > 0 ? `${first} ${second}`.trim() : first
      const known = group.length > 0 ? group : names
      throw new UserFacingError(
        `Unknown command ${JSON.stringify(given)}. Commands: ${known.join(', ')}. See: ${script} -- --help`,
      )
    },
  }
}
