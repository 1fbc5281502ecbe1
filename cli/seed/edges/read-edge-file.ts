import { UserFacingError } from '../../../platform/lifecycle.ts'
import { createEdgeList, type EdgeList } from '../graph/edge-list.ts'
import { befriend } from '../graph/graph.ts'
import type { Labels } from '../handles.ts'
import { NAMED_USERS } from '../named-users.ts'
import { createFaults } from './faults.ts'
import { parseEdge, type Label } from './parse-edge.ts'
import { MAX_LINE, readLines } from './read-lines.ts'

/** `users` counts the named ones, who come first; user `i` is `labels[i - 5]`. */
export type EdgeFile = { users: number; labels: Labels; edges: EdgeList }

/** A JS Map holds no more than 2²⁴ entries. */
const MAX_VERTICES = 16_000_000

/**
 * Reads an edge list, `u v` meaning that u follows v, and adds the named users, who befriend each other. Self-loops
 * and repeated edges are passed over and counted; malformed lines are reported, and the others used.
 *
 * @throws UserFacingError when the file cannot be read or holds no edge
 */
export async function readEdgeFile(path: string, log: (line: string) => void): Promise<EdgeFile> {
  const graph = createVertexTable(path)
  const faults = createFaults(path, log)
  let lineNumber = 0
  let selfLoops = 0
  let firstWords: { from: Label; to: Label } | null = null
  let dataLines = 0
  let isMatrixMarket = false
  const add = (from: Label, to: Label) => {
    if (from === to) selfLoops++
    else graph.edges.push(graph.vertex(from), graph.vertex(to))
  }
  for await (const lines of readLines(path)) {
    for (const line of lines) {
      lineNumber++
      if (lineNumber === 1) isMatrixMarket = line.startsWith('%%MatrixMarket')
      const parsed = line.length > MAX_LINE ? TOO_LONG : parseEdge(line)
      if (parsed.kind === 'blank') continue
      if (parsed.kind === 'malformed') {
        faults.report(lineNumber, parsed.reason)
        continue
      }
      dataLines++
      // The first line of a Matrix Market file gives the size of the matrix.
      if (isMatrixMarket && dataLines === 1) continue
      const isWords = typeof parsed.from === 'string' && typeof parsed.to === 'string'
      if (dataLines === 1 && isWords) {
        firstWords = parsed
        continue
      }
      if (firstWords && isWords) add(firstWords.from, firstWords.to)
      else if (firstWords)
        log(`${path}: took "${firstWords.from} ${firstWords.to}" for the heading of the columns`)
      firstWords = null
      add(parsed.from, parsed.to)
    }
  }
  if (firstWords) add(firstWords.from, firstWords.to)
  faults.summarise()
  return finish(path, graph, selfLoops, log)
}

const TOO_LONG = { kind: 'malformed', reason: `longer than ${MAX_LINE} characters` } as const

type VertexTable = { labels: Label[]; edges: EdgeList; vertex: (label: Label) => number }

/** Numbers the vertices in the order in which they appear, after the named users. */
function createVertexTable(path: string): VertexTable {
  const numbers = new Map<Label, number>()
  const labels: Label[] = []
  const vertex = (label: Label) => {
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
  return { labels, edges: createEdgeList(), vertex }
}

function finish(path: string, graph: VertexTable, selfLoops: number, log: (line: string) => void): EdgeFile {
  const { labels, edges } = graph
  const duplicates = edges.sortUnique()
  if (edges.length === 0) {
    throw new UserFacingError(
      `${path} has no edge to load: expected lines like "17 42". Check that it is an edge list.`,
    )
  }
  const [loaded, loops, repeated] = [edges.length, selfLoops, duplicates].map((n) =>
    n.toLocaleString('en-US'),
  )
  log(`${path}: ${loaded} edges; passed over ${loops} self-loops and ${repeated} repeated edges`)
  befriend(edges, NAMED_USERS.length, () => false)
  edges.sortUnique()
  return { users: NAMED_USERS.length + labels.length, labels, edges }
}
