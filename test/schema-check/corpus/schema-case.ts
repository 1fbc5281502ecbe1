/** SDL of each subgraph by name. The `@link` of the federation directives is added as its first line. */
export type Subgraphs = Readonly<Record<string, string>>

/**
 * `breaks`: breaking, and the operation uses it. `unused`: breaking, and the operation does not use it. `dangerous` and
 * `safe` pass whatever the operation is.
 */
export type CaseVerdict = 'breaks' | 'unused' | 'dangerous' | 'safe'

/** A change of a schema, and what the check says about it. */
export type SchemaCase = {
  name: string
  base: Subgraphs
  head: Subgraphs
  /** What clients send. */
  operation: string
  /** Coordinates that the gateway records of the variables. */
  variables?: readonly string[]
  verdict: CaseVerdict
  /** The breaking and dangerous changes, in order. */
  codes: readonly string[]
}

/** A change in one subgraph. */
export const inOne = (base: string, head: string) => ({ base: { app: base }, head: { app: head } })
