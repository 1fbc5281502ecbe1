import { composeSubgraphs } from './compose/compose-subgraphs.ts'
import { type CheckConfig } from './config/config.ts'
import { type LoadedSubgraph, type StageName, type StageResult } from './finding.ts'
import { loadSubgraphs, sourcesOf } from './load/load-subgraphs.ts'
import { type Fault, type Outcome } from './load/outcome.ts'
import { resolveBase, type Base } from './load/resolve-base.ts'
import { overallVerdict, type Report } from './report/report.ts'

export type CheckOptions = {
  /** A git ref, a file or a URL. @default see `resolveBase` */
  base?: string | undefined
  /** Maximum wait for each response. Milliseconds. @default 10 seconds */
  timeoutMs?: number
}

export type Checked = {
  report: Report
  /** The text of each file with a place, by the file's name as it is shown. */
  sources: ReadonlyMap<string, string>
}

/** Runs all stages, and reports the faults of the input together with the verdicts. */
export async function runCheck(
  config: Outcome<CheckConfig>,
  { base: wanted, timeoutMs }: CheckOptions,
): Promise<Checked> {
  if (!config.ok) return checked(null, config.faults, [])
  const [subgraphs, base] = await Promise.all([
    loadSubgraphs(config.value.subgraphs, timeoutMs),
    resolveBase(wanted, config.value, timeoutMs),
  ])
  const faults = [subgraphs, base].flatMap((outcome) => (outcome.ok ? [] : outcome.faults))
  if (!subgraphs.ok) return checked(base, faults, [])
  const { result } = composeSubgraphs(subgraphs.value)
  return checked(base, faults, [result], subgraphs.value)
}

function checked(
  base: Outcome<Base> | null,
  faults: readonly Fault[],
  results: readonly StageResult[],
  subgraphs: readonly LoadedSubgraph[] = [],
): Checked {
  const stages = STAGES.map((stage) => results.find((result) => result.stage === stage) ?? notRun(stage))
  const label = base?.ok ? base.value.label : null
  const report = { verdict: overallVerdict(faults, stages), base: label, faults, stages }
  return { report, sources: sourcesOf(subgraphs) }
}

const STAGES: readonly StageName[] = ['compose']

function notRun(stage: StageName): StageResult {
  return { stage, verdict: 'unknown', summary: 'Not run: its input is missing.', findings: [] }
}
