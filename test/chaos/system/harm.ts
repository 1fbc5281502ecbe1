import { nemesisOf, randomOf, schedule, type NemesisName } from './schedule.ts'
import { pause, type Stage } from './stage.ts'

type Harming = { seed: number; end: number; only: readonly NemesisName[] | undefined }

/** Lets the nemeses of the schedule at it, step by step, until it is late. @returns what they did */
export async function harm(stage: Stage, { seed, end, only }: Harming): Promise<string[]> {
  const done: string[] = []
  for (const step of schedule(seed)) {
    if (performance.now() >= end) break
    const names = only ? step.names.filter((name) => only.includes(name)) : step.names
    if (names.length === 0) continue
    const told = await Promise.all(
      names.map((name) =>
        nemesisOf(name)(stage, randomOf(seed, step, name)).catch(
          (error: unknown) => `${name} came to nothing: ${String(error)}`,
        ),
      ),
    )
    const line = `${step.number}. ${told.join('; and ')}`
    stage.say(line)
    done.push(line)
    await pause(step.calmMs)
  }
  return done
}
