import { z } from 'zod'
import { RULE_NAMES, type RuleName } from './rules.ts'
import { isDate } from './rules/deprecation.ts'

export type Level = 'off' | 'warn' | 'error'

/** Allows one violation for some time. */
export type LintException = {
  rule: RuleName
  /** Schema coordinate, such as `User.bio`, as the finding shows it. */
  coordinate: string
  /** The last day on which it counts, as `YYYY-MM-DD`, UTC. */
  until: string
  reason: string
}

export type LintOptions = {
  /** Levels by rule. `*` is the level of all others. @default error, and warn for `lint/overdue-removal` */
  rules: Readonly<Partial<Record<RuleName | '*', Level>>>
  exceptions: readonly LintException[]
  /** The owning subgraph of entity types. @default see `ownersOf` */
  owners: Readonly<Record<string, string>>
}

const KNOWN = ['*', ...RULE_NAMES] as const
const rule = z.enum(RULE_NAMES, { error: `expected one of ${RULE_NAMES.join(', ')}` })
const level = z.enum(['off', 'warn', 'error'], { error: 'expected off, warn or error' })
const text = z.string({ error: 'expected a text' }).trim().min(1, 'expected a text')
const date = z.preprocess(
  (value) => (value instanceof Date ? value.toISOString().slice(0, 10) : value),
  z.string({ error: 'expected a date, YYYY-MM-DD' }).refine(isDate, 'expected a date, YYYY-MM-DD'),
)

const Options = z.strictObject({
  rules: z.partialRecord(z.enum(KNOWN), level).default({}),
  exceptions: z.array(z.strictObject({ rule, coordinate: text, until: date, reason: text })).default([]),
  owners: z.record(z.string(), text).default({}),
})

export type ParsedLintOptions =
  | { ok: true; value: LintOptions }
  /** `path` is that of the value in `lint`, such as `['exceptions', 0, 'until']`. */
  | { ok: false; faults: readonly { path: readonly PropertyKey[]; message: string }[] }

/** Parses the value of `lint` in a config. Undefined, as of a config without it, means the defaults. Reports all faults at once. */
export function parseLintOptions(value: unknown): ParsedLintOptions {
  const parsed = Options.safeParse(value ?? {})
  if (parsed.success) return { ok: true, value: parsed.data }
  const faults = parsed.error.issues.map(({ path, message, ...issue }) => ({
    path,
    message: issue.code === 'unrecognized_keys' ? unknownKeys(path, issue.keys) : message,
  }))
  return { ok: false, faults }
}

function unknownKeys([key]: readonly PropertyKey[], names: readonly string[]): string {
  return `unknown: ${names.join(', ')}${key === 'rules' ? `; the rules are ${KNOWN.join(', ')}` : ''}`
}

/** The level of a rule. */
export function levelOf(name: RuleName, { rules }: LintOptions): Level {
  return rules[name] ?? rules['*'] ?? (name === 'lint/overdue-removal' ? 'warn' : 'error')
}
