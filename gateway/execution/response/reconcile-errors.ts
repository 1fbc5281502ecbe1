import type { GraphQLFormattedError } from 'graphql'
import type { Pass } from './shape.ts'

type Path = readonly (string | number)[]

/**
 * Joins what the subgraphs reported with what completing the response found, so that every null has one explanation:
 * a fault that a reported error already explains adds nothing; a reported error inside a place that is null for
 * another reason is dropped, as GraphQL asks (one error for each propagated null).
 */
export function reconcileErrors(
  reported: readonly GraphQLFormattedError[],
  { errors: found, nulled }: Pick<Pass, 'errors' | 'nulled'>,
): GraphQLFormattedError[] {
  const kept = reported.filter(({ path }) => {
    if (!path) return true
    const place = nulled.find((candidate) => candidate.length < path.length && isPrefix(candidate, path))
    return !place || found.some((fault) => isPrefix(place, fault.path) && onOneLine(path, fault.path))
  })
  const unexplained = found.filter((fault) => !kept.some(({ path }) => path && onOneLine(path, fault.path)))
  return [...kept, ...unexplained.map((fault) => ({ ...fault, extensions: { code: 'INVALID_GRAPHQL' } }))]
}

/** Whether one path leads to the other. */
function onOneLine(a: Path, b: Path): boolean {
  return a.length <= b.length ? isPrefix(a, b) : isPrefix(b, a)
}

function isPrefix(prefix: Path, path: Path): boolean {
  return prefix.every((element, i) => element === path[i])
}
