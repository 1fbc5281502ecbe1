import { type ASTNode } from 'graphql'
import { type Place } from '../finding.ts'

/** Where a node begins, in the file that its source is named after. */
export function placeAt({ loc }: ASTNode): Place {
  if (!loc) return { file: '', line: 1, column: 1 }
  // Not getLocation: it reads the source from its start.
  const { line, column } = loc.startToken
  const { locationOffset: offset, name } = loc.source
  return {
    file: name,
    line: line + offset.line - 1,
    column: column + (line === 1 ? offset.column - 1 : 0),
  }
}

/** `file:line:column` of a node. */
export function placeOf(node: ASTNode): string {
  const { file, line, column } = placeAt(node)
  return `${file}:${line}:${column}`
}

/** The message of an error, in one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, ' ')
}
