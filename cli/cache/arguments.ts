import { randomInt } from 'node:crypto'
import { parseFacet } from '../../contracts/facet-text.ts'
import type { Service } from '../../contracts/topology.ts'
import { parseCommandLine, wholeNumber } from '../../platform/command-line.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import type { AuditArguments } from './audit/audit.ts'
import { chooseCommand, COMMANDS, DEFAULT_URL, type CommandName } from './commands.ts'
import { targetsOf, type Targets } from './drop/targets.ts'

export type CacheCommand =
  | { kind: 'status'; urls: readonly string[]; json: boolean }
  | { kind: 'inspect'; facet: string; service: Service; json: boolean }
  | { kind: 'drop'; targets: Targets; wait: boolean; json: boolean }
  | ({ kind: 'audit'; json: boolean } & AuditArguments)

/** Largest values of options: a week, and what one process can send. */
const [MAX_MINUTES, MAX_RATE, MAX_SEED] = [10_080, 100_000, 2 ** 32 - 1]

/**
 * Parses the command line.
 *
 * @throws HelpRequested if help is requested or there is no command
 * @throws UserFacingError with one line that names the argument, its value and what is expected
 */
export function parseCacheArguments(argv: readonly string[] = process.argv.slice(2)): CacheCommand {
  const { name, rest } = chooseCommand(argv)
  return parseCommand(name, rest)
}

function parseCommand(name: CommandName, argv: readonly string[]): CacheCommand {
  switch (name) {
    case 'status': {
      const { values } = parseCommandLine(COMMANDS.status, argv)
      return { kind: name, urls: gatewayUrls(values.url), json: values.json ?? false }
    }
    case 'inspect': {
      const { values, positionals } = parseCommandLine(COMMANDS.inspect, argv)
      return { kind: name, ...facetOf(positionals[0] ?? ''), json: values.json ?? false }
    }
    case 'drop': {
      const { values, positionals } = parseCommandLine(COMMANDS.drop, argv)
      return {
        kind: name,
        targets: targetsOf(positionals),
        wait: !(values['no-wait'] ?? false),
        json: values.json ?? false,
      }
    }
    case 'audit':
      return parseAudit(argv)
  }
}

function parseAudit(argv: readonly string[]): CacheCommand {
  const { values } = parseCommandLine(COMMANDS.audit, argv)
  const { seed } = values
  return {
    kind: 'audit',
    minutes: wholeNumber('--minutes', values.minutes, 1, MAX_MINUTES),
    urls: gatewayUrls(values.url),
    rate: wholeNumber('--rate', values.rate, 1, MAX_RATE),
    writes: wholeNumber('--writes', values.writes, 0, MAX_RATE),
    boundMs: wholeNumber('--bound-ms', values['bound-ms'], 0, 3_600_000),
    seed: seed === undefined ? randomInt(MAX_SEED) : wholeNumber('--seed', seed, 0, MAX_SEED),
    json: values.json ?? false,
  }
}

const gatewayUrls = (texts: readonly string[] = [DEFAULT_URL]) => texts.map(gatewayUrl)

function gatewayUrl(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : ''
  if (['http:', 'https:'].includes(protocol)) return text
  throw new UserFacingError(`--url ${JSON.stringify(text)}: expected a URL such as ${DEFAULT_URL}.`)
}

/** @throws UserFacingError if the text is not a facet */
function facetOf(text: string): { facet: string; service: Service } {
  const parsed = parseFacet(text)
  if ('fault' in parsed) throw new UserFacingError(parsed.fault)
  return { facet: text, service: parsed.service }
}
