import type { Random } from './random.ts'

/** Mean number of likes per post. */
const MEAN_LIKES = 3
/** Maximum number of likes per post. Half of the number of users is a second limit. */
const MAX_LIKES = 5_000

/**
 * Draws the number of likes of each post from a Zipf distribution, P(k likes) ∝ (k + 1)^-s. `s` is chosen to give the
 * mean.
 */
export function drawLikeCounts(posts: number, users: number, random: Random): Uint32Array {
  const most = Math.min(MAX_LIKES, Math.floor(users / 2))
  const cumulative = zipf(most, exponentFor(Math.min(MEAN_LIKES, most / 3), most))
  return Uint32Array.from({ length: posts }, () => rank(cumulative, random.float()))
}

/** Draws `count` different users in random order, excluding the author. */
export function drawLikers(count: number, users: number, author: number, random: Random): Set<number> {
  const likers = new Set<number>()
  while (likers.size < count) {
    const user = random.below(users)
    if (user !== author) likers.add(user)
  }
  return likers
}

/** Cumulative probabilities of the values 0 to `most`. */
function zipf(most: number, exponent: number): Float64Array {
  const weights = Float64Array.from({ length: most + 1 }, (_, k) => (k + 1) ** -exponent)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let passed = 0
  return weights.map((weight) => (passed += weight) / total)
}

/** Finds the exponent by bisection: the mean falls as the exponent grows. */
function exponentFor(mean: number, most: number): number {
  let [low, high] = [0, 8]
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    const cumulative = zipf(most, middle)
    const reached = cumulative.reduce((sum, below) => sum + (1 - below), 0)
    if (reached > mean) low = middle
    else high = middle
  }
  return low
}

/** First index whose cumulative probability exceeds `share`. */
function rank(cumulative: Float64Array, share: number): number {
  let [low, high] = [0, cumulative.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((cumulative[middle] ?? 1) > share) high = middle
    else low = middle + 1
  }
  return low
}
