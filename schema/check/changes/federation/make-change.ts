import type { ASTNode } from 'graphql'
import { NO_EFFECT, type Change, type Level } from '../change.ts'
import { placeOf } from '../coordinates.ts'
import { explain } from '../explanations.ts'

/** A change of a subgraph. `selections` are the fields whose operations it breaks. */
export function makeChange(
  code: string,
  level: Level,
  facts: {
    /** A sentence without its period. */
    what: string
    coordinate: string | null
    subgraph: string
    at: ASTNode | undefined
    selections?: readonly string[]
  },
): Change {
  const { what, coordinate, subgraph, at, selections = [] } = facts
  const { consequence, remedy } = explain(code, level)
  return {
    code,
    level,
    message: [what, consequence].filter(Boolean).join('. '),
    coordinate,
    subgraph,
    place: placeOf(at),
    remedy,
    effect: level === 'breaking' ? { coordinates: selections, breaks: 'all' } : NO_EFFECT,
  }
}
