import type { GraphQLFormattedError } from 'graphql'
import { pathSet } from './path-set.ts'
import type { WriteState } from './write-state.ts'

/**
 * Merges the errors of subgraphs with the errors found while the response was written, so that every null has one error.
 * A found error is dropped if a subgraph's error explains it. A subgraph's error is dropped if it is below a null that has
 * another reason, because GraphQL requires one error for each propagated null.
 */
export function reconcileErrors(
  reported: readonly GraphQLFormattedError[],
  { errors: found, nulled }: Pick<WriteState, 'errors' | 'nulled'>,
): GraphQLFormattedError[] {
  const faults = pathSet(found.map(({ path }) => path))
  const nulls = pathSet(nulled)
  const kept = reported.filter(({ path }) => {
    if (!path) return true
    const place = nulls.longestAbove(path)
    return place < 0 || faults.hasOnLine(path, place)
  })
  const explained = pathSet(kept.flatMap(({ path }) => (path ? [path] : [])))
  const unexplained = found.filter(({ path }) => !explained.hasOnLine(path))
  return [
    ...kept,
    ...unexplained.map(({ code = 'INVALID_GRAPHQL', ...fault }) => ({ ...fault, extensions: { code } })),
  ]
}
