import { spread } from '../support/statistics.ts'
import type { Bed, Usage } from './bed.ts'

/** Of several rounds: the median, and the least and the greatest. */
export type Figure = { median: number; range: [number, number] }

/** To three significant digits: the fourth is noise. @param values one at least */
export function figure(values: readonly number[]): Figure {
  const { median, min, max } = spread(values)
  return { median: rounded(median), range: [rounded(min), rounded(max)] }
}

/** The figure of `ours` over `theirs`, each within its round. */
export function ratio(ours: readonly number[], theirs: readonly number[]): Figure {
  return figure(ours.map((value, i) => value / (theirs[i] ?? Number.NaN)))
}

export const rounded = (value: number) => Number(value.toPrecision(3))

/** What a number of events took: the rate, and the CPU time of each one in µs. */
export type Cost = { perSecond: number; cpuUs: Usage }

/** What so many events took. @param run handles them, and resolves with the time that took, ms */
export async function costOf(bed: Bed, events: number, run: () => Promise<number>): Promise<Cost> {
  const before = await bed.usage()
  const ms = await run()
  const after = await bed.usage()
  const each = (part: keyof Usage) => ((after[part] - before[part]) / events) * 1_000
  return {
    perSecond: (events / ms) * 1_000,
    cpuUs: { node: each('node'), postgres: each('postgres'), redis: each('redis') },
  }
}

export type CostFigure = { perSecond: Figure; cpuUs: { node: number; postgres: number; redis: number } }

/** Medians of several rounds. */
export function costFigure(costs: readonly Cost[]): CostFigure {
  const middle = (part: keyof Usage) => rounded(spread(costs.map(({ cpuUs }) => cpuUs[part])).median)
  return {
    perSecond: figure(costs.map(({ perSecond }) => perSecond)),
    cpuUs: { node: middle('node'), postgres: middle('postgres'), redis: middle('redis') },
  }
}
