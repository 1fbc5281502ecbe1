import type { JsonObject } from './json.ts'
import type { Cacheability } from './cacheability.ts'
import type { NumberPlaces } from './number-places.ts'

/** A path in a response: response names and list indices. */
export type ResponsePath = (string | number)[]

/** An error in a subgraph's response. */
export type SubgraphError = {
  message: string
  path?: readonly (string | number)[] | undefined
  extensions?: Readonly<Record<string, unknown>> | undefined
}

/** The response of a subgraph. The engine may change `data`. */
export type SubgraphResponse = {
  data?: JsonObject | null | undefined
  errors?: readonly SubgraphError[] | undefined
  extensions?: Readonly<Record<string, unknown>> | undefined
  /** No string in it has a character that JSON escapes. @default false */
  plain?: boolean
}

/**
 * How the values of a fetch may be cached. `selection` names the selected fields and the values of their variables. Fetches of
 * different operations can have the same.
 */
export type FetchCaching = Cacheability & { readonly selection: string }

/** A request to one subgraph. `body` is JSON text. */
export type SubgraphRequest = {
  subgraph: string
  body: string
  kind: 'query' | 'mutation' | 'subscription'
  /**
   * For a fetch of entities, the parts of the body: `head`, the representations separated by commas, and `]}}`. Fetches with
   * the same head can be sent as one request.
   */
  entities?: { head: string; representations: readonly string[] } | undefined
  /** Where the data can have numbers that must keep their digits. Numbers that a double would change are `ExactNumber`s. */
  numbers?: NumberPlaces | undefined
  /** Absent if the values may not be cached. */
  caching?: FetchCaching | undefined
}

/**
 * Sends requests to subgraphs for one client request, with its viewer and headers. Rejects with a GraphQLError without a
 * path if there is no usable response. The client sees its message and extensions.
 */
export type RequestSubgraph = (request: SubgraphRequest) => Promise<SubgraphResponse>
