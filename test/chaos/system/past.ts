import { setTimeout as delay } from 'node:timers/promises'
import { changedPast, type SeenPeriods } from '../checkers/relations.ts'
import { periodsIn } from '../relations/relation-tables.ts'
import { asSuperuser, type ChaosSystem } from './nemesis.ts'

/** Interval between looks. Milliseconds. */
const LOOK_MS = 500

/** What was seen of the periods of follows while the system ran. */
export type Past = {
  looks: number
  faults: string[]
  /** The last look. Null if there was none since followers was restored. */
  last: SeenPeriods | null
}

/** Looks at the periods until stopped. What was seen before a restore of followers is forgotten. */
export async function watchPast({ servers, generations }: ChaosSystem, stop: AbortSignal): Promise<Past> {
  const past: Past = { looks: 0, faults: [], last: null }
  while (!stop.aborted) {
    await delay(LOOK_MS)
    const generation = generations.followers
    const periods = await asSuperuser(servers.databaseUrls.followers, periodsIn).catch(() => null)
    const isWhole = generation % 2 === 0 && generation === generations.followers
    if (!periods || !isWhole) continue
    const now = { generation, periods }
    if (past.last) past.faults.push(...changedPast(past.last, now))
    past.last = now
    past.looks++
  }
  return past
}
