import { shuffle, type Random } from '../random.ts'

/**
 * Distribution of the number of acquaintances: quantiles of the friendship graph of a college with about 1,000 students
 * (socfb-Reed98, https://networkrepository.com/socfb-Reed98.php). The mean is about 39.
 */
const QUANTILES: readonly (readonly [share: number, degree: number])[] = [
  [0, 1],
  [0.1, 6],
  [0.25, 14],
  [0.5, 29],
  [0.75, 54],
  [0.9, 87],
  [0.99, 157],
  [1, 260],
]

/** With fewer users than this, the quantiles are too large for the graph and are scaled down. */
const FULL_SIZE = 1_000

/** One degree per user, in random order. The sum is even. The quantiles are met exactly, not just on average. */
export function drawDegrees(users: number, random: Random): Uint32Array {
  const scale = Math.min(1, Math.sqrt(users / FULL_SIZE))
  const degrees = new Uint32Array(users)
  for (let i = 0; i < users; i++) {
    const degree = Math.round(quantile((i + 0.5) / users) * scale)
    degrees[i] = Math.min(Math.max(degree, 1), users - 1)
  }
  shuffle(degrees, random)
  const sum = degrees.reduce((total, degree) => total + degree, 0)
  if (sum % 2 === 1) degrees[0] = (degrees[0] ?? 0) + 1
  return degrees
}

/** The degree that the given share of people does not exceed. Between known quantiles, it is interpolated geometrically. */
function quantile(share: number): number {
  const above = QUANTILES.findIndex(([known]) => known >= share)
  const [highShare, high] = QUANTILES[above] ?? [1, 1]
  const [lowShare, low] = QUANTILES[Math.max(above - 1, 0)] ?? [0, 1]
  if (highShare === lowShare) return high
  return low * (high / low) ** ((share - lowShare) / (highShare - lowShare))
}
