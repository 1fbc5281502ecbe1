import type { Figure } from '../change-log/figures.ts'
import type { CacheResults } from './run-parts.ts'

/** The results as lines for a terminal: medians, with the least and the greatest. */
export function tableOf({ hits, invalidation, cpu }: CacheResults): string {
  const rows: [string, string][] = []
  if (hits) {
    rows.push(['hit ratio', show(hits.ratio)])
    rows.push(['  in memory', show(hits.memory)])
    rows.push(['  reads, writes', `${hits.reads}, ${hits.writes}`])
  }
  if (invalidation) {
    const { gateways, log } = invalidation
    rows.push(['no gateway is old, p50 ms', show(gateways.p50)], ['  p99 ms', show(gateways.p99)])
    rows.push(["the log's lag, p50 ms", show(log.p50)], ['  p99 ms', show(log.p99)])
    rows.push(['p99 beyond the log, ms', show(invalidation.beyondLog)])
    rows.push(['writes/s', show(invalidation.writesPerSecond)])
  }
  if (cpu) {
    rows.push(['CPU ms a page, cached', show(cpu.cached)])
    rows.push(['  PostGraphile, uncached', show(cpu.postgraphile)])
    rows.push(['  ratio', show(cpu.ratio)])
  }
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')
}

const show = ({ median, range: [least, greatest] }: Figure) => `${median} [${least}–${greatest}]`
