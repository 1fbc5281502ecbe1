import { type Finding, type Severity } from '../finding.ts'
import { type DatedException } from './dated-exception.ts'

/** How a stage speaks about its exceptions. */
export type ExceptionTerms = {
  /** Before the codes of the findings about exceptions: `lint`. */
  prefix: string
  /** What an exception allows: `violation`. */
  what: string
  /** Of an exception that has not expired and allows nothing. */
  unused: Severity
  /** What to do about an exception that has expired, and about one that allows nothing. */
  remedies: { expired: string; unused: string }
}

type Allowable = { code: string; coordinate: string | null }

/** The exception that allows a finding. Null if none does: one that has expired allows nothing. */
export function exceptionFor<Exception extends DatedException>(
  finding: Allowable,
  exceptions: readonly Exception[],
  today: string,
): Exception | null {
  return exceptions.find((exception) => exception.until >= today && matches(exception, finding)) ?? null
}

/** One finding for each exception that has expired, or that no finding needs. So the list cannot grow old unnoticed. */
export function uselessExceptions(
  findings: readonly Allowable[],
  exceptions: readonly DatedException[],
  today: string,
  terms: ExceptionTerms,
): Finding[] {
  return exceptions.flatMap((exception): Finding[] => {
    const isExpired = exception.until < today
    if (!findings.some((finding) => matches(exception, finding)))
      return [unused(exception, isExpired ? 'error' : terms.unused, terms)]
    return isExpired ? [expired(exception, terms)] : []
  })
}

function matches({ code, coordinate }: DatedException, finding: Allowable): boolean {
  return finding.code === code && finding.coordinate === coordinate
}

function expired({ code, coordinate, until, reason }: DatedException, terms: ExceptionTerms): Finding {
  return {
    ...ABOUT_AN_EXCEPTION,
    code: `${terms.prefix}/exception-expired`,
    severity: 'error',
    message: `The exception of ${code} for ${coordinate} expired on ${until}. Its reason was: ${reason}`,
    coordinate,
    remedy: terms.remedies.expired,
  }
}

function unused({ code, coordinate }: DatedException, severity: Severity, terms: ExceptionTerms): Finding {
  return {
    ...ABOUT_AN_EXCEPTION,
    code: `${terms.prefix}/exception-unused`,
    severity,
    message: `The exception of ${code} for ${coordinate} allows nothing: there is no such ${terms.what}.`,
    coordinate,
    remedy: terms.remedies.unused,
  }
}

const ABOUT_AN_EXCEPTION = { place: null, subgraph: null }
