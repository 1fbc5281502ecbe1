import type { GraphQLSchema } from 'graphql'
import type { OperationStore } from './operation-store.ts'

/** What executes the operations of one supergraph. */
export type Engine = AsyncDisposable & {
  /** What clients see. */
  readonly schema: GraphQLSchema
  readonly operations: OperationStore
}
