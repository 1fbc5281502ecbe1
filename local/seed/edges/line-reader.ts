import type { Faults } from './faults.ts'
import { isNumber, parseEdge, type Edge } from './parse-edge.ts'
import { MAX_LINE } from './read-lines.ts'
import type { VertexTable } from './vertex-table.ts'

export type LineReader = { read(line: string): void; end(): void }

/**
 * Reads the lines of an edge list in order. The first edge determines the type of the ids. If it has two numbers, any
 * later word is malformed. If two words come before the first numbers, they are the column headings.
 */
export function createLineReader(
  path: string,
  graph: VertexTable,
  faults: Faults,
  log: (line: string) => void,
) {
  let lineNumber = 0
  let ids: 'unknown' | 'numbers' | 'words' = 'unknown'
  let firstWords: Edge | null = null
  /** The first data line of a Matrix Market file contains the size of the matrix. */
  let isSizeNext = false

  function decide(edge: Edge): void {
    ids = isNumber(edge.from) && isNumber(edge.to) ? 'numbers' : 'words'
    if (firstWords && ids === 'words') graph.add(firstWords.from, firstWords.to)
    else if (firstWords) log(`${path}: "${firstWords.from} ${firstWords.to}" is treated as the column header`)
    firstWords = null
  }
  function accept(edge: Edge): void {
    if (isSizeNext) {
      isSizeNext = false
      return
    }
    if (ids === 'unknown') {
      if (!firstWords && !isNumber(edge.from) && !isNumber(edge.to)) {
        firstWords = edge
        return
      }
      decide(edge)
    }
    const word = ids === 'numbers' && [edge.from, edge.to].find((label) => !isNumber(label))
    if (word)
      faults.report(
        lineNumber,
        `${JSON.stringify(word)} is a name, but the ids of this file are whole numbers`,
      )
    else graph.add(edge.from, edge.to)
  }
  const reader: LineReader = {
    read(line) {
      lineNumber++
      if (lineNumber === 1) isSizeNext = line.startsWith('%%MatrixMarket')
      if (line.length > MAX_LINE) {
        faults.report(lineNumber, `longer than ${MAX_LINE} characters`)
        return
      }
      const parsed = parseEdge(line)
      if (parsed.kind === 'malformed') faults.report(lineNumber, parsed.reason)
      if (parsed.kind === 'edge') accept(parsed)
    },
    end() {
      if (firstWords) graph.add(firstWords.from, firstWords.to)
    },
  }
  return reader
}
