import { machine } from '../system/machine.ts'
import type { BenchArguments, BenchSettings, PartName } from './arguments.ts'
import { measureConsumer } from './consumer.ts'
import { measureInsert } from './insert.ts'
import { measureRelay } from './relay/measure.ts'
import type { Results } from './results.ts'
import { measureSteady } from './steady/measure.ts'
import { measureLatency } from './system/latency.ts'
import { measureMutation } from './system/mutation.ts'

type Measure = (settings: BenchSettings, log: (line: string) => void) => Promise<object>

const measures: Record<PartName, Measure> = {
  relay: measureRelay,
  steady: measureSteady,
  insert: measureInsert,
  consumer: measureConsumer,
  mutation: measureMutation,
  latency: measureLatency,
}

/** Measures one part after the other, each on servers of its own. */
export async function runParts(
  { parts, ...settings }: BenchArguments,
  log: (line: string) => void,
): Promise<Results> {
  const results: Record<string, object> = {}
  for (const name of parts) {
    const date = new Date().toISOString()
    const result = await measures[name](settings, log)
    results[name] = { date, machine: machine(), rounds: settings.rounds, ...result }
  }
  return results
}
