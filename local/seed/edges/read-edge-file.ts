import { UserFacingError } from '../../../platform/lifecycle.ts'
import type { EdgeList } from '../graph/edge-list.ts'
import { befriend } from '../graph/graph.ts'
import type { Labels } from '../handles.ts'
import { NAMED_USERS } from '../named-users.ts'
import { createFaults } from './faults.ts'
import { createLineReader } from './line-reader.ts'
import { readLines } from './read-lines.ts'
import { createVertexTable } from './vertex-table.ts'

/** `users` includes the named users, who come first. The label of user `i` is `labels[i - NAMED_USERS.length]`. */
export type EdgeFile = { users: number; labels: Labels; edges: EdgeList }

/**
 * Reads an edge list, in which `u v` means that u follows v. Adds the named users, who all follow each other.
 * Self-loops and repeated edges are skipped and counted. Malformed lines are reported and skipped.
 *
 * @throws UserFacingError if the file can't be read or contains no edge
 */
export async function readEdgeFile(path: string, log: (line: string) => void): Promise<EdgeFile> {
  const graph = createVertexTable(path)
  const faults = createFaults(path, log)
  const reader = createLineReader(path, graph, faults, log)
  for await (const lines of readLines(path)) for (const line of lines) reader.read(line)
  reader.end()
  faults.summarise()

  const { labels, edges, selfLoops } = graph
  const duplicates = edges.sortUnique()
  if (edges.length === 0) {
    throw new UserFacingError(
      `${path} has no edges: expected lines like "17 42". Check that it is an edge list.`,
    )
  }
  const [loaded, loops, repeated] = [
    counted(edges.length, 'edge'),
    counted(selfLoops, 'self-loop'),
    counted(duplicates, 'repeated edge'),
  ]
  log(`${path}: ${loaded}; skipped ${loops} and ${repeated}`)
  befriend(edges, NAMED_USERS.length, () => false)
  edges.sortUnique()
  return { users: NAMED_USERS.length + labels.length, labels, edges }
}

function counted(number: number, what: string): string {
  return `${number.toLocaleString('en-US')} ${what}${number === 1 ? '' : 's'}`
}
