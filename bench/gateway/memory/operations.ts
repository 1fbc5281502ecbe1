import type { Random } from '../../../local/seed/random.ts'

const POST_FIELDS = ['text', 'createdAt', 'likeCount', 'author { handle }', 'author { name }']
const USER_FIELDS = ['id', 'handle', 'name', 'bio', 'followerCount', 'followingCount']
const FOLLOWER_FIELDS = ['id', 'handle', 'name']
const CHOICES = POST_FIELDS.length + USER_FIELDS.length + FOLLOWER_FIELDS.length

/** Maximum number of different operations. */
export const MAX_OPERATIONS = 2 ** CHOICES

/** Builds the profile page with some of its fields, selected by the bits of `n`. Each `n` gives a different operation. */
export function makeOperation(n: number): string {
  let bits = n
  const some = (fields: readonly string[]) => {
    const chosen = fields.filter((_, i) => (bits >> i) & 1)
    bits >>= fields.length
    return ['__typename', ...chosen].join(' ')
  }
  const [posts, user, followers] = [some(POST_FIELDS), some(USER_FIELDS), some(FOLLOWER_FIELDS)]
  return `query Page($handle: String!) {
  user(handle: $handle) { ${user} posts(first: 10) { nodes { ${posts} } } followers(first: 5) { nodes { ${followers} } } }
}`
}

/** Draws whole numbers in `[0, count)`. The probability of n is proportional to 1/(n + 1). */
export function zipf(count: number, random: Random): () => number {
  const sums = new Float64Array(count)
  let sum = 0
  for (let i = 0; i < count; i++) sums[i] = sum += 1 / (i + 1)
  return () => {
    const wanted = random.float() * sum
    let [low, high] = [0, count - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] ?? 0) > wanted) high = middle
      else low = middle + 1
    }
    return low
  }
}
