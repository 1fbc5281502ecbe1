import { type Rule } from './rule.ts'
import { cacheControl } from './rules/cache-control.ts'
import { connection } from './rules/connection.ts'
import { deprecation, overdueRemoval } from './rules/deprecation.ts'
import { description } from './rules/description.ts'
import { listSize, pageSize } from './rules/lists.ts'
import { mutationInput, mutationPayload } from './rules/mutation.ts'
import { naming, suffix } from './rules/naming.ts'
import { contributedField, foreignEntity } from './rules/nullability.ts'

/** All rules, by the name under which the config switches them. */
export const RULES = {
  'lint/description': description,
  'lint/naming': naming,
  'lint/suffix': suffix,
  'lint/connection': connection,
  'lint/page-size': pageSize,
  'lint/list-size': listSize,
  'lint/contributed-field': contributedField,
  'lint/foreign-entity': foreignEntity,
  'lint/mutation-input': mutationInput,
  'lint/mutation-payload': mutationPayload,
  'lint/deprecation': deprecation,
  'lint/overdue-removal': overdueRemoval,
  'lint/cache-control': cacheControl,
} as const satisfies Record<string, Rule>

export type RuleName = keyof typeof RULES

export const RULE_NAMES = Object.keys(RULES) as RuleName[]
