import { nemesisOf, randomOf, schedule, type NemesisName } from './schedule.ts'
import { pause, type ChaosSystem } from './nemesis.ts'

type NemesisRun = { seed: number; end: number; only: readonly NemesisName[] | undefined }

/** Runs the nemeses of the schedule step by step until the time is up. @returns what they did */
export async function runNemeses(system: ChaosSystem, { seed, end, only }: NemesisRun): Promise<string[]> {
  const done: string[] = []
  for (const step of schedule(seed)) {
    if (performance.now() >= end) break
    const names = only ? step.names.filter((name) => only.includes(name)) : step.names
    if (names.length === 0) continue
    const faults = await Promise.all(
      names.map((name) =>
        nemesisOf(name)(system, randomOf(seed, step, name)).catch(
          (error: unknown) => `${name} failed: ${String(error)}`,
        ),
      ),
    )
    const line = `${step.number}. ${faults.join('; and ')}`
    system.say(line)
    done.push(line)
    await pause(step.calmMs)
  }
  return done
}
