import type { Figure } from '../change-log/figures.ts'
import type { FollowResults } from './measure.ts'
import { VARIANTS } from './requests.ts'

/** The results as lines for a terminal: medians, with the least and the greatest. */
export function tableOf({ follow, page }: FollowResults): string {
  const rows: [string, string][] = []
  for (const variant of VARIANTS) {
    const { p50, p99, cpuMs, cpuMsBeyondRest, parts, unfinished, perSecond } = follow[variant]
    rows.push([`a follow, ${variant}, p50 ms`, show(p50)], ['  p99 ms', show(p99)], ['  CPU ms', show(cpuMs)])
    rows.push(['  CPU ms beyond rest', show(cpuMsBeyondRest)], ['  of', listed(parts)])
    rows.push(['  follows/s', show(perSecond)], ['  answered before they began', String(unfinished)])
  }
  rows.push(['CPU, saga / before', show(follow.ratioCpu)], ['  beyond rest', show(follow.ratioCpuBeyondRest)])
  for (const variant of VARIANTS) {
    const { p50, p99, cpuMs } = page[variant]
    rows.push([`a page, ${variant}, p50 ms`, show(p50)], ['  p99 ms', show(p99)], ['  CPU ms', show(cpuMs)])
  }
  rows.push(['page, saga / before: p50', show(page.ratioP50)], ['  CPU', show(page.ratioCpu)])
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')
}

const show = ({ median, range: [least, greatest] }: Figure) => `${median} [${least}–${greatest}]`
const listed = (parts: Record<string, number>) =>
  Object.entries(parts)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
