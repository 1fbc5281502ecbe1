/** Measures of the shape of an undirected graph. */
export type GraphStatistics = {
  median: number
  p99: number
  mean: number
  /** Share of connected triples that are closed: three times the triangles, divided by the paths of length two. */
  transitivity: number
}

/**
 * Measures a graph of `users` vertices. Each triangle is counted at its vertex of lowest degree, which takes at most
 * m^1.5 steps for m edges (https://doi.org/10.1016/j.tcs.2008.07.017).
 *
 * @param edges each undirected edge once, in either order
 */
export function measureGraph(users: number, edges: readonly (readonly [number, number])[]): GraphStatistics {
  const degrees = new Uint32Array(users)
  for (const edge of edges) for (const end of edge) degrees[end] = (degrees[end] ?? 0) + 1
  const degree = (user: number) => degrees[user] ?? 0
  const outward: number[][] = Array.from({ length: users }, () => [])
  for (const [a, b] of edges) {
    const aFirst = degree(a) < degree(b) || (degree(a) === degree(b) && a < b)
    outward[aFirst ? a : b]?.push(aFirst ? b : a)
  }
  const marked = new Int32Array(users).fill(-1)
  let triangles = 0
  for (const [user, near] of outward.entries()) {
    for (const other of near) marked[other] = user
    for (const other of near)
      for (const third of outward[other] ?? []) if (marked[third] === user) triangles++
  }
  const paths = degrees.reduce((total, d) => total + (d * (d - 1)) / 2, 0)
  const sorted = degrees.toSorted()
  const at = (share: number) => sorted[Math.floor(share * (users - 1))] ?? 0
  return {
    median: at(0.5),
    p99: at(0.99),
    mean: (2 * edges.length) / users,
    transitivity: paths === 0 ? 0 : (3 * triangles) / paths,
  }
}
