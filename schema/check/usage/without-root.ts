import { GraphQLError, Kind, type DocumentNode, type GraphQLSchema } from 'graphql'

/** Validation has no rule for it: execution refuses operations of a kind that the schema does not have. */
export function withoutRoot(schema: GraphQLSchema, { definitions }: DocumentNode): GraphQLError[] {
  return definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION && !schema.getRootType(node.operation)
      ? [
          new GraphQLError(`Schema is not configured to execute ${node.operation} operation.`, {
            nodes: node,
          }),
        ]
      : [],
  )
}
