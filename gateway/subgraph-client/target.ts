/** Headers for a foreign subgraph, besides those that every request has. */
export type HeaderRules = {
  /** Names of the client's headers that are passed on. */
  propagate: readonly string[]
  /** Headers that are always sent. */
  insert: Readonly<Record<string, string>>
}

/**
 * Where a subgraph is and whether it is one of ours. Only an `internal` one is told the viewer, in the signed internal
 * header; a `foreign` one gets the headers its rules name and never that one.
 */
export type SubgraphTarget =
  | { kind: 'internal'; url: string }
  | {
      kind: 'external'
      url: string
      headers: HeaderRules
      /** Queries may be sent behind others over one HTTP/1.1 connection: the server answers in order. @default false */
      pipelining?: boolean
      /** Fetches of the same entities' fields, for the same headers, may be sent as one. @default false */
      batching?: boolean
      /** Clients see the errors that it gives no code, and its internal ones. @default false: they are masked */
      includeErrors?: boolean
      /** It is asked for compressed responses. Those are read in any case. @default true */
      compression?: boolean
    }
