import type { Outcome } from './engine.ts'

/**
 * The errors that a client can count on. Of several errors below one null, GraphQL lets a server report any: they
 * stand for that null.
 */
export function essentialErrors({ data, errors }: Outcome): string[] {
  const essential = errors.map(({ message, path = [] }) => {
    const hole = holeAbove(data, path)
    return hole === path.length ? `${path.join('.')}: ${message}` : `below ${path.slice(0, hole).join('.')}`
  })
  return [...new Set(essential)].toSorted()
}

/** How many elements of the path lead to the first null; all of them when only the last is null. */
function holeAbove(data: unknown, path: readonly (string | number)[]): number {
  let value = data
  for (const [depth, element] of path.entries()) {
    if (value === null || typeof value !== 'object') return depth
    value = (value as Record<string | number, unknown>)[element]
  }
  return path.length
}
