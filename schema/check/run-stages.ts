import { composeSubgraphs } from './compose/compose-subgraphs.ts'
import { type LoadedSubgraph, type StageName, type StageResult } from './finding.ts'
import { type Base } from './load/resolve-base.ts'

/** What the stages judge. Null if it could not be loaded. */
export type StageInput = {
  subgraphs: readonly LoadedSubgraph[] | null
  base: Base | null
}

/** Runs the stages in their order. One whose input is missing is `unknown`. */
export function runStages({ subgraphs }: StageInput): StageResult[] {
  if (!subgraphs) return [notRun('compose', 'not all subgraphs could be loaded')]
  return [composeSubgraphs(subgraphs).result]
}

function notRun(stage: StageName, why: string): StageResult {
  return { stage, verdict: 'unknown', summary: `Not run: ${why}.`, findings: [] }
}
