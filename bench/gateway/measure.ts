import type { Contender } from '../support/contender.ts'
import { load, type Outgoing } from '../support/load.ts'
import type { Counts } from '../support/memo.ts'
import type { MemoisedSubgraph } from '../support/serve-memo.ts'
import { quantile } from '../support/statistics.ts'
import type { Judge } from './judge.ts'

/** Measurement of one contender in one round. Latencies are in milliseconds. All counts are per request to the gateway. */
export type Measured = {
  rps: number
  p50: number
  p99: number
  cpuMsPerRequest: number
  /** CPU time of this process, which runs the load and the subgraphs. If it is greater, this process was the bottleneck. */
  loadCpuMsPerRequest: number
  /** Share of the time in which the contender used the CPU. Much less than 1 means that something else delayed it. */
  busy: number
  rssMb: number
  fetches: number
  representations: number
  /** Number of distinct representations within each fetch. */
  unique: number
  /** Fetches that the subgraphs executed because their memo did not contain them. */
  executed: number
}

export type Target = {
  contender: Contender
  judge: Judge
  subgraphs: readonly MemoisedSubgraph[]
  connections: number
}

/** Puts load on one contender for a number of seconds. Requests that are in flight at the end are completed and counted. */
export async function measure(target: Target, sequence: () => Outgoing, seconds: number): Promise<Measured> {
  const { contender, judge, subgraphs, connections } = target
  const before = { usage: await contender.usage(), counts: total(subgraphs), own: process.cpuUsage() }
  const end = performance.now() + seconds * 1000
  const next = () => (performance.now() < end ? sequence() : null)
  const options = { port: contender.port, connections, next, judge: judge.judge }
  const loaded = await load(options).catch(contender.blame)
  const after = { usage: await contender.usage(), counts: total(subgraphs) }
  const own = process.cpuUsage(before.own)
  const cpuMs = after.usage.cpuMs - before.usage.cpuMs
  const sorted = loaded.latencies.toSorted((a, b) => a - b)
  const each = (name: keyof Counts) => (after.counts[name] - before.counts[name]) / loaded.requests
  return {
    rps: loaded.requests / loaded.seconds,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    cpuMsPerRequest: cpuMs / loaded.requests,
    loadCpuMsPerRequest: (own.user + own.system) / 1000 / loaded.requests,
    busy: cpuMs / 1000 / loaded.seconds,
    rssMb: after.usage.rssMb,
    fetches: each('requests'),
    representations: each('representations'),
    unique: each('unique'),
    executed: each('executed'),
  }
}

function total(subgraphs: readonly MemoisedSubgraph[]): Counts {
  const sum = (name: keyof Counts) => subgraphs.reduce((all, { counts }) => all + counts[name], 0)
  return {
    requests: sum('requests'),
    executed: sum('executed'),
    representations: sum('representations'),
    unique: sum('unique'),
  }
}
