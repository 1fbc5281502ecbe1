import type { GraphQLSchema } from 'graphql'
import type { Sides } from '../origin.ts'
import type { Resolvers } from './resolvers.ts'

/** What the changes of the subgraphs are judged by. */
export type Federation = Sides & {
  /** The API schema of the base: what operations are written against. */
  api: GraphQLSchema
  headApi: GraphQLSchema
  resolvers: { base: Resolvers; head: Resolvers }
}

/** The subgraphs that are in the base and in the head. */
export function inBoth({ base, head }: Sides) {
  return base.flatMap((before) => {
    const after = head.find(({ name }) => name === before.name)
    return after ? [{ before, after }] : []
  })
}
