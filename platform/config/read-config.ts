import { z } from 'zod'
import { VARIABLES, type VariableName } from './variables.ts'

export type Config<Name extends VariableName> = Readonly<{ [N in Name]: z.output<(typeof VARIABLES)[N]> }>
export type Env = Readonly<Record<string, string | undefined>>

/** Thrown if the environment is invalid. `message` lists all faults, one per line. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/**
 * Parses the named variables into one frozen object. An empty value counts as unset.
 *
 * @throws ConfigError naming each invalid variable, its value and what was expected
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

/** The environment of this process, to pass to a child process. */
export function inheritedEnv(): Env {
  return process.env
}

/** Quotes a value for a message. Secrets are hidden, and passwords in URLs are masked. */
function quote(name: string, value: string): string {
  return name.includes('SECRET') ? '(hidden)' : JSON.stringify(withoutPassword(value))
}

/** The URL with its password masked, so that it can be printed. */
export function withoutPassword(url: string): string {
  // Greedy, because the password may contain an unescaped `@`. That may even be the fault of the URL.
  return url.replace(/\/\/([^:@/]*):.*@/s, '//$1:***@').replace(/password=[^&]*/gi, 'password=***')
}
