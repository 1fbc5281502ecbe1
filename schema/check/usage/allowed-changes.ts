import type { Change } from '../changes/change.ts'
import type { ChangeException } from '../changes/options.ts'
import { exceptionFor, uselessExceptions, type ExceptionTerms } from '../exceptions/apply-exceptions.ts'
import type { Finding } from '../finding.ts'

/** The breaking changes that the config allows. */
export type AllowedChanges = {
  /** What a finding becomes if an exception allows its change. Null if none does. */
  allow(change: Change, finding: Finding): Finding | null
  /** About exceptions that have expired, or that allow nothing. */
  findings: readonly Finding[]
}

/** After the merge, no run finds the change any more. Unlike in lint, a needless exception must not fail the next change. */
const EXCEPTIONS: ExceptionTerms = {
  prefix: 'changes',
  what: 'breaking change',
  unused: 'warning',
  remedies: {
    expired: 'Undo the change, or agree on a later date.',
    unused:
      'Remove it from the config if the change is merged. Otherwise correct its code or its coordinate.',
  },
}

/** @param today in UTC, as `YYYY-MM-DD` */
export function allowedChanges(
  breaking: readonly Change[],
  configured: readonly ChangeException[],
  today: string,
): AllowedChanges {
  const exceptions = configured.map(({ change, ...exception }) => ({ code: change, ...exception }))
  return {
    allow(change, finding) {
      const exception = exceptionFor(targetOf(change), exceptions, today)
      if (!exception) return null
      const message = `${finding.message} An exception allows it until ${exception.until}: ${exception.reason}`
      return { ...finding, severity: 'warning', message, remedy: null }
    },
    findings: uselessExceptions(breaking.map(targetOf), exceptions, today, EXCEPTIONS),
  }
}

/** The removal of a subgraph has no coordinate: its exception names the subgraph. */
const targetOf = ({ code, coordinate, subgraph }: Change) => ({ code, coordinate: coordinate ?? subgraph })
