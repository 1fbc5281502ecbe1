import { type StageResult, type Verdict } from '../finding.ts'
import { type Fault } from '../load/outcome.ts'

/** The result of a check. */
export type Report = {
  verdict: Verdict
  /** What the schema was compared with. Null if that could not be loaded. */
  base: string | null
  /** What kept a stage from being judged. */
  faults: readonly Fault[]
  stages: readonly StageResult[]
}

/** Faults come first: a check with bad input has not judged what it was asked to. */
export function overallVerdict(faults: readonly Fault[], stages: readonly StageResult[]): Verdict {
  if (faults.length > 0) return 'unknown'
  const verdicts = stages.map(({ verdict }) => verdict)
  if (verdicts.includes('failed')) return 'failed'
  return verdicts.includes('unknown') ? 'unknown' : 'passed'
}

export const EXIT_CODES: Readonly<Record<Verdict, number>> = { passed: 0, failed: 1, unknown: 2 }
