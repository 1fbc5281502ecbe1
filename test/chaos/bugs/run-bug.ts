import { check, type Verdict } from '../checkers/check.ts'
import type { PlantName } from '../loader/plants.ts'
import { openBed, type Servers } from './bed.ts'
import type { Bug } from './bugs.ts'
import { observe } from './observe.ts'

/** One run of a scenario: what was found, and what its processes had to say. */
export type Run = { ms: number; verdicts: Verdict[]; printed: string }

/** @throws Error when the scenario itself does not come to its end */
export async function runScenario(servers: Servers, bug: Bug, plants: readonly PlantName[]): Promise<Run> {
  const { scenario, crashes = false, throughRedis = false } = bug
  // Its start, which others share, is no part of the scenario.
  const { superuserUrl } = crashes ? await servers.durable() : servers
  const begun = performance.now()
  await using stack = new AsyncDisposableStack()
  const bed = await openBed({ servers, superuserUrl, plants, throughRedis }, stack)
  try {
    const { consumer } = await scenario(bed)
    const history = await observe(bed, consumer)
    return { ms: performance.now() - begun, verdicts: check(history), printed: bed.printed.join('') }
  } catch (error) {
    throw new Error(`${bug.plant}: ${String(error)}\n${bed.printed.join('')}`, { cause: error })
  }
}

export type Caught = { bug: Bug; clean: Run; planted: Run }

/** Runs a bug's scenario without the bug and with it: at once, unless both would crash the same server. */
export async function runBug(servers: Servers, bug: Bug): Promise<Caught> {
  const running = runScenario(servers, bug, [])
  if (bug.crashes) await running
  const [clean, planted] = await Promise.all([running, runScenario(servers, bug, [bug.plant])])
  return { bug, clean, planted }
}

/** What the named checker found with the bug; none: it went unseen. */
export function faultsOf({ bug, planted }: Caught): readonly string[] {
  return planted.verdicts.find(({ checker }) => checker === bug.checker)?.faults ?? []
}

/** Bug → checker → scenario → caught after how many ms, one line each. */
export function tableOf(caught: readonly Caught[]): string {
  const rows = caught.map((one) => {
    const found = faultsOf(one).length > 0 ? `caught in ${Math.round(one.planted.ms)} ms` : 'NOT CAUGHT'
    return [one.bug.bug, one.bug.checker, one.bug.story, found]
  })
  const all = [['bug', 'checker', 'scenario', ''], ...rows]
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
