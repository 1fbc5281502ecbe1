/** Quantiles of ages, in milliseconds. Null if there is no age. */
export type Ages = { p50: number; p99: number; p999: number; max: number } | null

export function agesOf(values: readonly number[]): Ages {
  if (values.length === 0) return null
  const sorted = Float64Array.from(values).toSorted()
  const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN)
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) }
}

/**
 * The number of nines that a sample without a single stale read supports with a confidence of 95 %: at most 3/n of all reads
 * are stale (the rule of three, https://en.wikipedia.org/wiki/Rule_of_three_(statistics)). 3,000 reads support three nines, 99.9 %.
 *
 * @returns null if one is stale, or if there are too few reads to say anything
 */
export function ninesOf(judged: number, stale: number): number | null {
  return stale > 0 || judged <= 3 ? null : -Math.log10(3 / judged)
}
