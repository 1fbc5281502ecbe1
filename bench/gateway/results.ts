import { cpus } from 'node:os'
import { spread, type Spread } from '../support/statistics.ts'
import type { BenchArguments } from './arguments.ts'
import { STOCK, type ContenderName } from './contenders.ts'
import type { Measured } from './measure.ts'
import type { SessionResult } from './session.ts'

/**
 * Medians of a contender over all rounds. `ratioToStock` is the median of the ratios within each round, because the
 * other load on the machine changes from round to round. `cpuRatioToStock` is the same for the CPU time (that of
 * `stock-apollo` divided by that of the contender); it hardly depends on the other load. Both are null in a session
 * without `stock-apollo`.
 */
export type Result = {
  rps: number
  p50: number
  p99: number
  cpuMsPerRequest: number
  rssMb: number
  ratioToStock: number | null
  cpuRatioToStock: number | null
  /** Share of the time in which the contender used the CPU. */
  busy: number
  /** CPU time of the load and the subgraphs together. */
  loadCpuMsPerRequest: number
  fetchesPerRequest: number
  representationsPerRequest: number
  uniqueRepresentationsPerRequest: number
  /** Minimum and maximum of the rounds. */
  spread: Record<
    'rps' | 'p50' | 'p99' | 'cpuMsPerRequest' | 'ratioToStock',
    [min: number, max: number] | null
  >
}

export type Results = {
  query: string
  /** For `guild`: whether all requests had the same Authorization header. Otherwise null. */
  headers: 'same' | 'unique' | null
  rounds: number
  seconds: number
  date: string
  machine: { cpu: string; node: string; pinned: boolean }
  responseBytes: number
  results: Partial<Record<ContenderName, Result>>
}

/** @param date of the session, ISO 8601 */
export function summarise(args: BenchArguments, session: SessionResult, date: string): Results {
  const stock = session.measured.get(STOCK)
  const results: Results['results'] = {}
  for (const [name, measured] of session.measured) results[name] = resultOf(measured, stock)
  return {
    query: args.query,
    headers: args.query === 'guild' ? args.headers : null,
    rounds: args.rounds,
    seconds: args.seconds,
    date,
    machine: {
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      node: process.version,
      pinned: session.cores !== null,
    },
    responseBytes: Math.round(session.responseBytes),
    results,
  }
}

function resultOf(measured: readonly Measured[], stock: readonly Measured[] | undefined): Result {
  const of = (name: keyof Measured) => spread(measured.map((one) => one[name]))
  const [rps, p50, p99, cpu] = [of('rps'), of('p50'), of('p99'), of('cpuMsPerRequest')]
  const ratio = stock && spread(measured.map((one, i) => one.rps / (stock[i]?.rps ?? Number.NaN)))
  const cpuRatio =
    stock && spread(measured.map((one, i) => (stock[i]?.cpuMsPerRequest ?? Number.NaN) / one.cpuMsPerRequest))
  return {
    rps: round(rps.median),
    p50: round(p50.median),
    p99: round(p99.median),
    cpuMsPerRequest: round(cpu.median),
    rssMb: round(of('rssMb').median),
    ratioToStock: ratio ? round(ratio.median) : null,
    cpuRatioToStock: cpuRatio ? round(cpuRatio.median) : null,
    busy: round(of('busy').median),
    loadCpuMsPerRequest: round(of('loadCpuMsPerRequest').median),
    fetchesPerRequest: round(of('fetches').median),
    representationsPerRequest: round(of('representations').median),
    uniqueRepresentationsPerRequest: round(of('unique').median),
    spread: {
      rps: range(rps),
      p50: range(p50),
      p99: range(p99),
      cpuMsPerRequest: range(cpu),
      ratioToStock: ratio ? range(ratio) : null,
    },
  }
}

const range = ({ min, max }: Spread): [number, number] => [round(min), round(max)]

/** Rounds to four digits. More digits would suggest more precision than there is. */
const round = (value: number) => Number(value.toPrecision(4))
