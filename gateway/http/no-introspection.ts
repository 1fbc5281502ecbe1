import { GraphQLError, type ValidationRule } from 'graphql'

/** Refuses introspection, and says what to use instead. */
export const noIntrospection: ValidationRule = (context) => ({
  Field(node) {
    const name = node.name.value
    if (name !== '__schema' && name !== '__type') return
    context.reportError(
      new GraphQLError(
        `Introspection is off on this gateway, so \`${name}\` cannot be asked for. Take the schema from a file instead: ` +
          "Tessera's is `schema/api.graphql` of its repository; of another API, ask those who run it.",
        { nodes: [node] },
      ),
    )
  },
})
