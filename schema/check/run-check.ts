import { type Clock } from '../../platform/clock.ts'
import { type CheckConfig } from './config/config.ts'
import { type LoadedSubgraph } from './finding.ts'
import { git } from './load/git.ts'
import { loadUses } from './load/load-uses.ts'
import { loadSubgraphs, sourcesOf, type Sources } from './load/load-subgraphs.ts'
import { type Outcome } from './load/outcome.ts'
import { findBase, loadBase, type Base } from './load/resolve-base.ts'
import { overallVerdict, type Report } from './report/report.ts'
import { runStages } from './run-stages.ts'

export type CheckOptions = {
  /** Git runs in this folder. */
  folder: string
  /** A git ref, a file or a URL. @default see `findBase` */
  base?: string | undefined
  /** Path of a folder of trusted operations, or of one file. Null for none. */
  operations: string | null
  /** Path of an export of the recorded usage. Null for none. */
  usage: string | null
  /** What is not used for this long may be removed. */
  windowDays: number
  clock: Clock
  /** Maximum wait for each response. Milliseconds. @default 10 seconds */
  timeoutMs?: number
}

export type Checked = {
  report: Report
  sources: Sources
  /** The root of the git repository of the working directory. The working directory itself if it is in none. */
  root: string
}

/** Runs all stages, and reports the faults of all input together with the verdicts. */
export async function runCheck(config: Outcome<CheckConfig>, options: CheckOptions): Promise<Checked> {
  const [subgraphs, base, uses, root] = await Promise.all([
    config.ok ? loadSubgraphs(config.value.subgraphs, options.timeoutMs) : UNKNOWN,
    baseOf(config, options),
    loadUses(options.operations, options.usage),
    git(process.cwd(), 'rev-parse', '--show-toplevel'),
  ])
  const faults = [config, subgraphs, base, uses].flatMap(faultsOf)
  const stages = runStages({
    subgraphs: valueOf(subgraphs),
    base: valueOf(base),
    uses: valueOf(uses),
    lintOptions: config.ok ? config.value.lint : null,
    exceptions: config.ok ? config.value.changes.exceptions : [],
    windowDays: options.windowDays,
    today: new Date(options.clock()).toISOString().slice(0, 10),
  })
  return {
    report: {
      verdict: overallVerdict(faults, stages),
      base: base.ok ? labelOf(base.value, valueOf(subgraphs) ?? []) : null,
      faults,
      stages,
    },
    sources: sourcesOf([
      ...(valueOf(base)?.subgraphs ?? []).map(({ typeDefs }) => typeDefs),
      ...(valueOf(subgraphs) ?? []).map(({ typeDefs }) => typeDefs),
      ...(valueOf(uses)?.trusted ?? []).map(({ document }) => document),
    ]),
    root: root ?? process.cwd(),
  }
}

/** The input is not known because other input has faults. */
const UNKNOWN: Outcome<never> = { ok: false, faults: [] }

async function baseOf(
  config: Outcome<CheckConfig>,
  { base, folder, timeoutMs }: CheckOptions,
): Promise<Outcome<Base>> {
  const found = await findBase(base, folder)
  if (!found.ok) return found
  return config.ok ? loadBase(found.value, config.value, timeoutMs) : UNKNOWN
}

/** A file that was moved without its config looks like a new subgraph, so new subgraphs are named. */
function labelOf({ label, subgraphs: earlier }: Base, subgraphs: readonly LoadedSubgraph[]): string {
  const added = subgraphs.filter(({ name }) => !(earlier ?? subgraphs).some((one) => one.name === name))
  if (added.length === 0) return label
  return `${label}, which has no subgraph ${added.map(({ name }) => JSON.stringify(name)).join(', ')}`
}

const faultsOf = (outcome: Outcome<unknown>) => (outcome.ok ? [] : outcome.faults)
const valueOf = <Value>(outcome: Outcome<Value>) => (outcome.ok ? outcome.value : null)
