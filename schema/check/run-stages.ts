import { judgeChanges } from './changes/judge-changes.ts'
import { type ChangeException } from './changes/options.ts'
import { composeSubgraphs } from './compose/compose-subgraphs.ts'
import { type LoadedSubgraph, type StageName, type StageResult } from './finding.ts'
import { lint } from './lint/lint.ts'
import { type LintOptions } from './lint/options.ts'
import { type Uses } from './load/load-uses.ts'
import { type Base } from './load/resolve-base.ts'
import { judgeUsage } from './usage/judge-usage.ts'

/** What the stages judge. Null if it could not be loaded. */
export type StageInput = {
  subgraphs: readonly LoadedSubgraph[] | null
  base: Base | null
  uses: Uses | null
  lintOptions: LintOptions | null
  /** Breaking changes that are allowed. */
  exceptions: readonly ChangeException[]
  /** See `judgeUsage`. */
  windowDays: number
  /** In UTC, as `YYYY-MM-DD`. */
  today: string
}

/** Runs the stages in their order. One whose input is missing is `unknown`. */
export function runStages(input: StageInput): StageResult[] {
  const { subgraphs, base, lintOptions, today } = input
  if (!subgraphs) return notRun(['compose', 'lint', 'changes', 'usage'], 'not all subgraphs could be loaded')
  const { result: composed, supergraph } = composeSubgraphs(subgraphs)
  const linted = lintOptions
    ? [lint(subgraphs, lintOptions, today)]
    : notRun(['lint'], 'its options could not be read')
  if (!supergraph)
    return [composed, ...linted, ...notRun(['changes', 'usage'], 'the subgraphs do not compose')]
  if (!base)
    return [composed, ...linted, ...notRun(['changes', 'usage'], 'there is no schema to compare with')]
  return [composed, ...linted, ...compare(base, { api: supergraph.api, subgraphs }, input)]
}

function compare(
  base: Base,
  head: Parameters<typeof judgeChanges>[1],
  { uses, exceptions, windowDays, today }: StageInput,
): StageResult[] {
  const { result, breaking } = judgeChanges(base, head)
  if (!uses) return [result, ...notRun(['usage'], 'the operations could not be loaded')]
  const schemas = { base: base.api, head: head.api }
  return [result, judgeUsage(breaking, { ...uses, ...schemas, exceptions, windowDays, today })]
}

function notRun(stages: readonly StageName[], why: string): StageResult[] {
  return stages.map((stage) => ({ stage, verdict: 'unknown', summary: `Not run: ${why}.`, findings: [] }))
}
