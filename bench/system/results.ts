import { spread as spreadOf } from '../support/statistics.ts'
import type { ContenderName } from './contender.ts'
import type { Window } from './window.ts'

/** The windows of each contender: one per round, in order. */
export type Measured = ReadonlyMap<ContenderName, { windows: readonly Window[]; sqlPerPage: number }>

/** Medians over the rounds. `spread` has their minimum and maximum. */
export type Result = {
  /** CPU of all processes, including the database. This is the main figure. */
  cpuMsPerPage: number
  serversMs: number
  databaseMs: number
  /** CPU of each server, in milliseconds per page. */
  parts: Record<string, number>
  rps: number
  /** Milliseconds. */
  p50: number
  p99: number
  sqlPerPage: number
  /** Ratio of `cpuMsPerPage`, computed within each round. Null if the other contender did not run. */
  ratioToNaive: number | null
  ratioToPostgraphile: number | null
  spread: Record<'cpuMsPerPage' | 'serversMs' | 'databaseMs' | 'rps' | 'p50' | 'p99', [number, number]>
}

export function summarise(measured: Measured): Partial<Record<ContenderName, Result>> {
  return Object.fromEntries(
    [...measured].map(([name, { windows, sqlPerPage }]) => [
      name,
      {
        ...resultOf(windows),
        sqlPerPage: round(sqlPerPage),
        ratioToNaive: ratio(windows, measured.get('naive')?.windows),
        ratioToPostgraphile: ratio(windows, measured.get('postgraphile')?.windows),
      },
    ]),
  )
}

function resultOf(windows: readonly Window[]) {
  const series = {
    cpuMsPerPage: windows.map(({ cpu }) => cpu),
    serversMs: windows.map(({ cpu, database }) => cpu - database),
    databaseMs: windows.map(({ database }) => database),
    rps: windows.map(({ rps }) => rps),
    p50: windows.map(({ p50 }) => p50),
    p99: windows.map(({ p99 }) => p99),
  }
  const spreads = Object.entries(series).map(([name, values]) => [name, spreadOf(values)] as const)
  const servers = Object.keys(windows[0]?.servers ?? {})
  return {
    ...Object.fromEntries(spreads.map(([name, { median }]) => [name, round(median)])),
    parts: Object.fromEntries(
      servers.map((name) => [name, middle(windows.map((window) => window.servers[name] ?? 0))]),
    ),
    spread: Object.fromEntries(spreads.map(([name, { min, max }]) => [name, [round(min), round(max)]])),
  } as Omit<Result, 'sqlPerPage' | 'ratioToNaive' | 'ratioToPostgraphile'>
}

function ratio(windows: readonly Window[], others: readonly Window[] | undefined): number | null {
  return others ? middle(windows.map(({ cpu }, i) => cpu / (others[i]?.cpu ?? Number.NaN))) : null
}

const middle = (values: readonly number[]) => round(spreadOf(values).median)

/** Rounds to three significant digits. The fourth would be noise. */
const round = (value: number) => Number(value.toPrecision(3))
