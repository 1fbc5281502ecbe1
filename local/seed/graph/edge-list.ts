/** Directed edges between users, who are identified by number. Each edge takes eight bytes. */
export type EdgeList = {
  readonly length: number
  push(from: number, to: number): void
  from(i: number): number
  to(i: number): number
  /** Sorts by `from`, then `to`, and removes repeated edges. Returns the number of edges removed. */
  sortUnique(): number
}

/** Maximum number of distinct users in an edge list. */
const SHIFT = 2 ** 26

export function createEdgeList(expected = 1024): EdgeList {
  let edges = new Float64Array(Math.max(expected, 1024))
  let length = 0
  return {
    get length() {
      return length
    },
    push(from, to) {
      if (length === edges.length) {
        const larger = new Float64Array(length * 2)
        larger.set(edges)
        edges = larger
      }
      edges[length++] = from * SHIFT + to
    },
    from: (i) => Math.floor((edges[i] ?? 0) / SHIFT),
    to: (i) => (edges[i] ?? 0) % SHIFT,
    sortUnique() {
      edges.subarray(0, length).sort()
      let kept = 0
      for (let i = 0; i < length; i++) {
        if (i > 0 && edges[i] === edges[kept - 1]) continue
        edges[kept++] = edges[i] ?? 0
      }
      const dropped = length - kept
      length = kept
      return dropped
    },
  }
}
