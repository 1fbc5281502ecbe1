import { UserFacingError } from '../../../platform/lifecycle.ts'
import { createEdgeList, type EdgeList } from '../graph/edge-list.ts'
import { NAMED_USERS } from '../named-users.ts'
import type { Label } from './parse-edge.ts'

/** The graph of an edge list, built edge by edge. Vertices are numbered by first appearance, after the named users. */
export type VertexTable = {
  labels: readonly Label[]
  edges: EdgeList
  /** Adds an edge, unless it is a self-loop. */
  add(from: Label, to: Label): void
  readonly selfLoops: number
}

/** Maximum number of vertices. A JS Map can hold at most 2²⁴ entries. */
const MAX_VERTICES = 16_000_000

/** @throws UserFacingError from `add`, if there are too many vertices */
export function createVertexTable(path: string): VertexTable {
  const numbers = new Map<Label, number>()
  const labels: Label[] = []
  const edges = createEdgeList()
  let selfLoops = 0

  function vertex(label: Label): number {
    const known = numbers.get(label)
    if (known !== undefined) return known
    if (labels.length === MAX_VERTICES) {
      throw new UserFacingError(`${path} has more than ${MAX_VERTICES} vertices. Give a part of it.`)
    }
    const number = NAMED_USERS.length + labels.length
    labels.push(label)
    numbers.set(label, number)
    return number
  }
  return {
    labels,
    edges,
    get selfLoops() {
      return selfLoops
    },
    add(from, to) {
      if (from === to) selfLoops++
      else edges.push(vertex(from), vertex(to))
    },
  }
}
