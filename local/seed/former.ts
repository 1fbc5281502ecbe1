import type { EdgeList } from './graph/edge-list.ts'
import { createRandom } from './random.ts'

/** Number of former follows for each follow of a user. */
const FORMER_SHARE = 0.08

/**
 * Draws pairs of users of which the first no longer follows the second. The more followers a user has, the more of them have
 * left. None of the pairs is an edge.
 *
 * @param edges sorted
 * @returns the pairs in the order of edges, each once
 */
export function* drawFormer(
  users: number,
  edges: EdgeList,
  seed: number,
): Generator<{ from: number; to: number }, void, void> {
  const random = createRandom(seed, 'former pairs')
  for (let from = 0, edge = 0; from < users; from++) {
    const present = new Set<number>([from])
    const left = new Set<number>()
    let wanted = 0
    for (; edge < edges.length && edges.from(edge) === from; edge++) {
      present.add(edges.to(edge))
      if (random.chance(FORMER_SHARE)) wanted++
    }
    for (let i = 0; i < wanted; i++) {
      // The followee of a random edge is a user in proportion to their followers.
      const to = edges.to(random.below(edges.length))
      if (!present.has(to)) left.add(to)
    }
    for (const to of [...left].toSorted((a, b) => a - b)) yield { from, to }
  }
}
