import type { Found } from '../../patterns/cache-aside/index.ts'
import type { SubgraphResponse } from '../execution/subgraph-request.ts'
import { facetListsOf } from './facet-lists.ts'

/** What a response of the gateway rests on, gathered from the responses of subgraphs. */
export class Rests {
  /** Whether the response may be stored. Otherwise only `partly` is of interest. */
  readonly gathers: boolean
  /** A facet can be there several times: to find that out would cost more than it saves. */
  readonly facets: string[] = []
  readonly subgraphs = new Set<string>()
  /** Whether every response so far has said what it rests on. Otherwise the response may not be cached. */
  complete = true
  /** When the first of its parts that were in the cache expires. Time of the cache's clock, in milliseconds. */
  expiresAt = Number.POSITIVE_INFINITY

  constructor(gathers = true) {
    this.gathers = gathers
  }

  /** Whether a part of it was in the cache. */
  get partly(): boolean {
    return this.expiresAt < Number.POSITIVE_INFINITY
  }

  /** Records a part that was in the cache. The response must not outlive it: the part would get older than its maximum age. */
  found({ expiresAt }: Pick<Found, 'expiresAt'>): void {
    this.expiresAt = Math.min(this.expiresAt, expiresAt)
  }

  /** @param expected the number of lists of facets: that of the representations, or 1 */
  add(subgraph: string, response: SubgraphResponse, expected: number): void {
    const lists = facetListsOf(response, expected)
    if (!lists || (response.errors && response.errors.length > 0)) {
      this.complete = false
      return
    }
    this.subgraphs.add(subgraph)
    // Not spread: a list can have more facets than a call may have arguments.
    for (const list of lists) for (const facet of list) this.facets.push(facet)
  }
}
