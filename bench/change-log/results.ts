import { readFile } from 'node:fs/promises'
import type { machine } from '../system/machine.ts'
import type { ConsumerResult } from './consumer.ts'
import type { InsertResult } from './insert.ts'
import type { RelayResult } from './relay/measure.ts'
import type { SteadyResult } from './steady/measure.ts'
import type { LatencyResult } from './system/latency.ts'
import type { MutationResult } from './system/mutation.ts'

type PartResults = {
  relay: RelayResult
  steady: SteadyResult
  insert: InsertResult
  consumer: ConsumerResult
  mutation: MutationResult
  latency: LatencyResult
}

/** The results of one part, with the date and the machine. */
export type Measured<Part> = { date: string; machine: ReturnType<typeof machine>; rounds: number } & Part

export type Results = { [Name in keyof PartResults]?: Measured<PartResults[Name]> }

/** What was saved before, with the parts that were measured now. */
export async function mergeSaved(file: string, measured: Results): Promise<Results> {
  const saved = await readFile(file, 'utf8').catch(() => '{}')
  return { ...(JSON.parse(saved) as Results), ...measured }
}
