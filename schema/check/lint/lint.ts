import { exceptionFor, uselessExceptions, type ExceptionTerms } from '../exceptions/apply-exceptions.ts'
import { type Finding, type LoadedSubgraph, type StageResult } from '../finding.ts'
import { placeAt } from '../usage/operation-place.ts'
import { modelOf } from './model.ts'
import { levelOf, type LintOptions } from './options.ts'
import { ownersOf } from './owners.ts'
import { type Schema } from './rule.ts'
import { RULE_NAMES, RULES, type RuleName } from './rules.ts'

const EXCEPTIONS: ExceptionTerms = {
  prefix: 'lint',
  what: 'violation',
  unused: 'error',
  remedies: {
    expired: 'Fix the schema, or agree on a later date.',
    unused: 'Remove it from the config, or correct its coordinate.',
  },
}

/**
 * Checks the SDL of the subgraphs against the conventions (docs/schema-checks.md). Errors fail the stage, warnings do not.
 *
 * @param today in UTC, as `YYYY-MM-DD`
 */
export function lint(subgraphs: readonly LoadedSubgraph[], options: LintOptions, today: string): StageResult {
  const models = subgraphs.map(modelOf)
  const schema: Schema = { subgraphs: models, owners: ownersOf(models, options.owners), today }
  const all = RULE_NAMES.flatMap((name) => findingsOf(name, schema, options))
  const exceptions = options.exceptions.map(({ rule, ...exception }) => ({ code: rule, ...exception }))
  const remaining = all.filter((finding) => !exceptionFor(finding, exceptions, today))
  const findings = [...remaining, ...uselessExceptions(all, exceptions, today, EXCEPTIONS)]
  const failed = findings.some(({ severity }) => severity === 'error')
  return {
    stage: 'lint',
    verdict: failed ? 'failed' : 'passed',
    summary: summaryOf(findings, all.length - remaining.length),
    findings: findings.toSorted(byPlace),
  }
}

function findingsOf(name: RuleName, schema: Schema, options: LintOptions): Finding[] {
  const level = levelOf(name, options)
  if (level === 'off') return []
  const severity = level === 'warn' ? 'warning' : 'error'
  // The common definitions of several subgraphs are one place.
  const seen = new Set<string>()
  return [...RULES[name].check(schema)].flatMap(({ node, ...violation }) => {
    const place = placeAt(node)
    const key = `${place.file}:${place.line}:${place.column} ${violation.message}`
    if (seen.has(key)) return []
    seen.add(key)
    return [{ code: name, severity, place, ...violation }]
  })
}

function summaryOf(findings: readonly Finding[], allowed: number): string {
  const count = (severity: string) => findings.filter((finding) => finding.severity === severity).length
  const [errors, warnings] = [count('error'), count('warning')]
  const found =
    errors + warnings === 0 ? 'No violations' : `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`
  return `${found}; ${plural(allowed, 'violation')} allowed by exceptions.`
}

const plural = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`

function byPlace(a: Finding, b: Finding): number {
  const [left, right] = [a.place, b.place]
  if (!left || !right) return Number(!left) - Number(!right)
  if (left.file !== right.file) return left.file < right.file ? -1 : 1
  return left.line - right.line || left.column - right.column
}
