import type { JsonObject } from './json.ts'
import type { NumberPlaces } from './number-places.ts'

/** A place in a response: names of fields (aliases) and indices of lists. */
export type ResponsePath = (string | number)[]

/** An error as a subgraph reports it. */
export type SubgraphError = {
  message: string
  path?: readonly (string | number)[] | undefined
  extensions?: Readonly<Record<string, unknown>> | undefined
}

/** What a subgraph answered. `data` is ours to change: each answer is parsed anew. */
export type SubgraphResponse = {
  data?: JsonObject | null | undefined
  errors?: readonly SubgraphError[] | undefined
  /** None of its strings has a character that JSON escapes. @default false */
  plain?: boolean
}

/** One request to one subgraph, its body already JSON text. */
export type SubgraphRequest = {
  subgraph: string
  body: string
  kind: 'query' | 'mutation' | 'subscription'
  /**
   * Of a fetch of entities, the body in parts: it is `head`, the representations with commas between them, and `]}}`. It may
   * be sent together with others whose head is the same.
   */
  entities?: { head: string; representations: readonly string[] } | undefined
  /** Where in the answer's data numbers have to keep their digits. Those that a double would change are `ExactNumber`s there. */
  numbers?: NumberPlaces | undefined
}

/**
 * The way to the subgraphs for one client request: it knows the viewer and the headers to forward. Rejects with a
 * GraphQLError, without a path, when there is no usable answer; the client sees its message and extensions.
 */
export type RequestSubgraph = (request: SubgraphRequest) => Promise<SubgraphResponse>
