import type { SubgraphResponse } from '../execution/subgraph-request.ts'

/** What a response of the gateway rests on, gathered from the responses of subgraphs. */
export class Rests {
  readonly facets = new Set<string>()
  readonly subgraphs = new Set<string>()
  /** Whether every response so far has said what it rests on. Otherwise the response may not be cached. */
  complete = true

  add(subgraph: string, { extensions, errors }: SubgraphResponse): void {
    const lists = extensions?.['facets']
    if (!isLists(lists) || (errors && errors.length > 0)) {
      this.complete = false
      return
    }
    this.subgraphs.add(subgraph)
    for (const list of lists) for (const facet of list) this.facets.add(facet)
  }
}

function isLists(value: unknown): value is string[][] {
  return Array.isArray(value) && value.every((list) => Array.isArray(list) && list.every(isText))
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}
