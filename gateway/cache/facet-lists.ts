import type { SubgraphResponse } from '../execution/subgraph-request.ts'

/** Maximum length of a facet. An id that a client made up can be longer; it names nothing. */
const MAX_LENGTH = 256

/**
 * The facets that a subgraph reported: for entities, one list for each representation; otherwise one list. Null if the report is
 * missing or incomplete: every list must name a facet, because what rests on nothing could never be invalidated.
 */
export function facetListsOf(
  { extensions }: Pick<SubgraphResponse, 'extensions'>,
  expected: number,
): string[][] | null {
  const lists = extensions?.['facets']
  return Array.isArray(lists) && lists.length === expected && lists.every(isList) ? lists : null
}

function isList(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every(isFacet)
}

/** Facets are separated by line breaks in Redis. */
function isFacet(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MAX_LENGTH && !value.includes('\n')
}
