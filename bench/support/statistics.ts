/** Median, minimum and maximum of several rounds. */
export type Spread = { median: number; min: number; max: number }

/** @param values at least one */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return { median: quantile(sorted, 0.5), min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN }
}

/**
 * The quantile `q` of the values, interpolated linearly.
 *
 * @param sorted at least one value, ascending
 */
export function quantile(sorted: readonly number[], q: number): number {
  const place = q * (sorted.length - 1)
  const low = sorted[Math.floor(place)] ?? Number.NaN
  const high = sorted[Math.ceil(place)] ?? Number.NaN
  return low + (high - low) * (place - Math.floor(place))
}
