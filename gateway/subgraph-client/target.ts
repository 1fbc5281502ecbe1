/** Headers for an external subgraph, in addition to those of every request. */
export type HeaderRules = {
  /** Names of the client's headers that are passed on. */
  propagate: readonly string[]
  /** Headers that are always sent. */
  insert: Readonly<Record<string, string>>
}

/**
 * Where a subgraph is, and whether it is internal. Only an `internal` subgraph gets the viewer, in a signed header. An
 * `external` subgraph gets the headers that its rules name, and never the signed one.
 */
export type SubgraphTarget =
  | { kind: 'internal'; url: string }
  | {
      kind: 'external'
      url: string
      headers: HeaderRules
      /** The server supports HTTP/1.1 pipelining for queries. @default false */
      pipelining?: boolean
      /** Fetches of entities with the same operation and headers can be sent as one request. @default false */
      batching?: boolean
      /** Clients see its internal errors and errors without a code. @default false: they are masked */
      includeErrors?: boolean
      /** Requests ask for compressed responses, which are decoded in any case. @default true */
      compression?: boolean
    }
