import { type Finding } from '../finding.ts'
import { type LintException } from './options.ts'

export type Excepted = {
  /** The findings without those that an exception allows, and one for each exception that is of no use. */
  findings: readonly Finding[]
  /** The number of findings that exceptions allow. */
  allowed: number
}

/** Applies the exceptions. One that has expired allows nothing, and one that allows nothing should go. */
export function applyExceptions(
  findings: readonly Finding[],
  exceptions: readonly LintException[],
  today: string,
): Excepted {
  const current = exceptions.filter(({ until }) => until >= today)
  const remaining = findings.filter((finding) => !current.some((exception) => matches(exception, finding)))
  const useless = exceptions.flatMap((exception): Finding[] => {
    const used = findings.some((finding) => matches(exception, finding))
    if (!used) return [unused(exception)]
    return exception.until < today ? [expired(exception)] : []
  })
  return { findings: [...remaining, ...useless], allowed: findings.length - remaining.length }
}

function matches({ rule, coordinate }: LintException, finding: Finding): boolean {
  return finding.code === rule && finding.coordinate === coordinate
}

function expired({ rule, coordinate, until, reason }: LintException): Finding {
  return {
    ...ABOUT_AN_EXCEPTION,
    code: 'lint/exception-expired',
    severity: 'error',
    message: `The exception of ${rule} for ${coordinate} expired on ${until}. Its reason was: ${reason}`,
    coordinate,
    remedy: 'Fix the schema, or agree on a later date.',
  }
}

function unused({ rule, coordinate }: LintException): Finding {
  return {
    ...ABOUT_AN_EXCEPTION,
    code: 'lint/exception-unused',
    severity: 'error',
    message: `The exception of ${rule} for ${coordinate} allows nothing: there is no such violation.`,
    coordinate,
    remedy: 'Remove it from the config, or correct its coordinate.',
  }
}

const ABOUT_AN_EXCEPTION = { place: null, subgraph: null }
