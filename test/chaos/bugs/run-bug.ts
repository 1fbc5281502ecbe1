import { check, type Verdict } from '../checkers/check.ts'
import type { PlantName } from '../loader/plants.ts'
import { openBed, type Servers } from './bed.ts'
import type { Bug } from './bugs.ts'
import { observe } from './observe.ts'

/** The result of a scenario: the faults found, and the output of its processes. */
export type Run = { ms: number; verdicts: Verdict[]; printed: string }

/** @throws Error if the scenario does not complete */
export async function runScenario(servers: Servers, bug: Bug, plants: readonly PlantName[]): Promise<Run> {
  const { scenario, crashes = false, throughRedis = false } = bug
  // The start of the shared server is not part of the scenario.
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

/** Runs a bug's scenario with and without the bug, concurrently unless both would crash the same server. */
export async function runBug(servers: Servers, bug: Bug): Promise<Caught> {
  const running = runScenario(servers, bug, [])
  if (bug.crashes) await running
  const [clean, planted] = await Promise.all([running, runScenario(servers, bug, [bug.plant])])
  return { bug, clean, planted }
}

/** The faults that the named checker found with the bug. Empty if it did not find the bug. */
export function faultsOf({ bug, planted }: Caught): readonly string[] {
  return planted.verdicts.find(({ checker }) => checker === bug.checker)?.faults ?? []
}

/** One line for each bug: bug, checker, scenario, and the time until it was found in ms. */
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
