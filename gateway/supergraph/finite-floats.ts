import {
  getNamedType,
  GraphQLError,
  GraphQLFloat,
  type ASTVisitor,
  type FloatValueNode,
  type IntValueNode,
  type ValidationContext,
} from 'graphql'

/**
 * A literal of a Float has to be within the range of a double (https://spec.graphql.org/September2025/#sec-Float). graphql-js
 * checks that of variables only.
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
