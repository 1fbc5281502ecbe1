import type { GraphQLSchema } from 'graphql'
import type { SubgraphDefinition } from '../../support/memo.ts'

export type Variables = Readonly<Record<string, unknown>>

/** A graph, one operation on it, and the variables it is asked with. */
export type Workload = {
  name: string
  subgraphs: readonly SubgraphDefinition[]
  /** The same text in every request, as clients send it. */
  query: string
  /** One for each different request. */
  variables: readonly Variables[]
  /** The whole graph as an object graph: graphql-js, on the supergraph's API schema, makes the reference answers of it. */
  rootValue: object
}

/** A supergraph that was composed for a session. */
export type Composed = { sdl: string; apiSchema: GraphQLSchema }
