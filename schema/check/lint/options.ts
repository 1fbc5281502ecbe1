import { z } from 'zod'
import { parseSection, type ParsedSection } from '../config/parse-section.ts'
import { EXCEPTION_KEYS, text, type DatedException } from '../exceptions/dated-exception.ts'
import { RULE_NAMES, type RuleName } from './rules.ts'

export type Level = 'off' | 'warn' | 'error'

/** Allows one violation for some time. */
export type LintException = Omit<DatedException, 'code'> & { rule: RuleName }

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

const Options = z.strictObject({
  rules: z.partialRecord(z.enum(KNOWN), level).default({}),
  exceptions: z.array(z.strictObject({ rule, ...EXCEPTION_KEYS })).default([]),
  owners: z.record(z.string(), text).default({}),
})

/** Parses the value of `lint` in a config. Undefined, as of a config without it, means the defaults. */
export function parseLintOptions(value: unknown): ParsedSection<LintOptions> {
  return parseSection(Options, value, ([key]) =>
    key === 'rules' ? `; the rules are ${KNOWN.join(', ')}` : '',
  )
}

/** The level of a rule. */
export function levelOf(name: RuleName, { rules }: LintOptions): Level {
  return rules[name] ?? rules['*'] ?? (name === 'lint/overdue-removal' ? 'warn' : 'error')
}
