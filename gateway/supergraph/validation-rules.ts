import {
  getNamedType,
  GraphQLError,
  GraphQLFloat,
  type ASTVisitor,
  type FloatValueNode,
  type IntValueNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql'

/**
 * A Float literal must be within the range of a double (https://spec.graphql.org/September2025/#sec-Float). graphql-js
 * checks this for variables only.
 */
export function FiniteFloatsRule(context: ValidationContext): ASTVisitor {
  const check = (node: IntValueNode | FloatValueNode): void => {
    const type = context.getInputType()
    if (!type || getNamedType(type).name !== GraphQLFloat.name || Number.isFinite(Number(node.value))) return
    context.reportError(
      new GraphQLError(`Float cannot represent non numeric value: ${node.value}`, { nodes: node }),
    )
  }
  return { IntValue: check, FloatValue: check }
}

/** Refuses introspection. The message says what to use instead. */
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
