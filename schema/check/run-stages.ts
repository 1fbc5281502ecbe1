import { composeSubgraphs } from './compose/compose-subgraphs.ts'
import { type LoadedSubgraph, type StageName, type StageResult } from './finding.ts'
import { lint } from './lint/lint.ts'
import { type LintOptions } from './lint/options.ts'

/** What the stages judge. Null if it could not be loaded. */
export type StageInput = {
  subgraphs: readonly LoadedSubgraph[] | null
  lintOptions: LintOptions | null
  /** In UTC, as `YYYY-MM-DD`. */
  today: string
}

/** Runs the stages in their order. One whose input is missing is `unknown`. */
export function runStages(input: StageInput): StageResult[] {
  const { subgraphs, lintOptions, today } = input
  if (!subgraphs) return notRun(['compose', 'lint'], 'not all subgraphs could be loaded')
  const linted = lintOptions
    ? [lint(subgraphs, lintOptions, today)]
    : notRun(['lint'], 'its options could not be read')
  return [composeSubgraphs(subgraphs).result, ...linted]
}

function notRun(stages: readonly StageName[], why: string): StageResult[] {
  return stages.map((stage) => ({ stage, verdict: 'unknown', summary: `Not run: ${why}.`, findings: [] }))
}
