import { z } from 'zod'
import { VARIABLES, type VariableName } from './variables.ts'

export type Config<Name extends VariableName> = Readonly<{ [N in Name]: z.output<(typeof VARIABLES)[N]> }>
export type Env = Readonly<Record<string, string | undefined>>

/** Thrown when the environment is unusable; `message` lists every fault, one per line. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/**
 * Parses the named variables into one frozen object. An empty value counts as unset.
 *
 * @throws ConfigError naming every faulty variable, its value and what was expected
 */
export function readConfig<const Name extends VariableName>(
  names: readonly Name[],
  env: Env = process.env,
): Config<Name> {
  const given = Object.fromEntries(names.map((name) => [name, env[name] || undefined]))
  const shape = Object.fromEntries(names.map((name) => [name, VARIABLES[name]]))
  const parsed = z.object(shape).safeParse(given)
  if (parsed.success) return Object.freeze(parsed.data) as Config<Name>
  const faults = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0])
    const hint = VARIABLES[name as VariableName].description
    if (given[name] === undefined) return `${name} is missing. ${hint}`
    return `${name}=${quote(name, given[name])}: ${issue.message}. ${hint}`
  })
  throw new ConfigError(faults.join('\n'))
}

/** The variables of this process, for handing on to a child process. */
export function inheritedEnv(): Env {
  return process.env
}

/** Secrets are never printed: a URL loses its password, a secret everything. */
function quote(name: string, value: string): string {
  return name.includes('SECRET') ? '(hidden)' : JSON.stringify(withoutPassword(value))
}

/** A URL as it may be printed. */
export function withoutPassword(url: string): string {
  // Greedy: a password may contain what ends it in a URL, which may be just what is wrong with the URL.
  return url.replace(/\/\/([^:@/]*):.*@/s, '//$1:***@').replace(/password=[^&]*/gi, 'password=***')
}
