import type { GraphQLSchema } from 'graphql'
import type { SubgraphDefinition } from '../../support/memo.ts'

export type Variables = Readonly<Record<string, unknown>>

/** Subgraphs, one operation on them, and the variables of its requests. */
export type Workload = {
  name: string
  subgraphs: readonly SubgraphDefinition[]
  /** Query text, identical in every request, as clients send it. */
  query: string
  /** The variables of each different request. */
  variables: readonly Variables[]
  /**
   * Root value of the whole graph. graphql-js executes the operation on it, with the supergraph's API schema, to
   * compute the reference responses.
   */
  rootValue: object
}

/** A supergraph that was composed for a session. */
export type Composed = { sdl: string; apiSchema: GraphQLSchema }
