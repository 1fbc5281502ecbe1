import type { GraphQLFormattedError } from 'graphql'
import { pathSet } from './path-set.ts'
import type { Pass } from './shape.ts'

/**
 * Joins what the subgraphs reported with what completing the response found, so that every null has one explanation:
 * a fault that a reported error already explains adds nothing; a reported error inside a place that is null for
 * another reason is dropped, as GraphQL asks (one error for each propagated null).
 */
export function reconcileErrors(
  reported: readonly GraphQLFormattedError[],
  { errors: found, nulled }: Pick<Pass, 'errors' | 'nulled'>,
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
