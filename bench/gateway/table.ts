import { CONTENDERS, WARM_NOTE, type ContenderName } from './contenders.ts'
import type { Result, Results } from './results.ts'

const COLUMNS = [
  '',
  'req/s',
  '× stock',
  'CPU ms',
  '× stock',
  'p50 ms',
  'p99 ms',
  'RSS MB',
  'busy',
  'fetches',
  'represent.',
  'unique',
]

/** Renders the results as a table for a terminal: medians, with minimum and maximum where they matter. */
export function printTable({ results }: Results): string {
  const rows = [COLUMNS, ...Object.entries(results).map(([name, result]) => cells(name, result))]
  const widths = COLUMNS.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
  )
  const warm = (Object.keys(results) as ContenderName[]).some((name) => CONTENDERS[name].warm)
  return [...lines, ...(warm ? [WARM_NOTE] : [])].join('\n')
}

function cells(name: string, result: Result): string[] {
  const { spread } = result
  return [
    name,
    `${number(result.rps)}${range(spread.rps)}`,
    result.ratioToStock === null ? '–' : `${number(result.ratioToStock)}${range(spread.ratioToStock)}`,
    `${number(result.cpuMsPerRequest)}${range(spread.cpuMsPerRequest)}`,
    result.cpuRatioToStock === null ? '–' : number(result.cpuRatioToStock),
    number(result.p50),
    `${number(result.p99)}${range(spread.p99)}`,
    number(result.rssMb),
    `${(result.busy * 100).toFixed(0)} %`,
    number(result.fetchesPerRequest),
    number(result.representationsPerRequest),
    number(result.uniqueRepresentationsPerRequest),
  ]
}

function range(bounds: [number, number] | null): string {
  return bounds ? ` [${number(bounds[0])}–${number(bounds[1])}]` : ''
}

function number(value: number): string {
  if (value >= 100) return value.toFixed(0)
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
