import {
  NoDeprecatedCustomRule,
  specifiedRules,
  validate,
  type GraphQLError,
  type GraphQLSchema,
  type ValidationRule,
} from 'graphql'
import { messageOf, placeOf } from './operation-place.ts'
import { withoutRoot } from './without-root.ts'
import { type TrustedOperation } from './trusted-operations.ts'

export type JudgedOperations = {
  /** Errors of validation, one line each: `schema/operations/a.graphql:3:5: … Operation: A. Owner: web.` */
  invalid: readonly string[]
  /** Uses of fields, arguments, input fields and enum values that are deprecated, one line each. */
  deprecated: readonly string[]
}

/** Validates operations against the schema of the API. */
export function judgeOperations(
  operations: readonly TrustedOperation[],
  schema: GraphQLSchema,
): JudgedOperations {
  return {
    invalid: operations.flatMap((operation) =>
      linesOf(operation, [
        ...errorsOf(operation, schema, specifiedRules),
        ...withoutRoot(schema, operation.document),
      ]),
    ),
    deprecated: operations.flatMap((operation) =>
      linesOf(operation, errorsOf(operation, schema, [NoDeprecatedCustomRule])),
    ),
  }
}

function errorsOf(
  { document }: TrustedOperation,
  schema: GraphQLSchema,
  rules: readonly ValidationRule[],
): readonly GraphQLError[] {
  return validate(schema, document, rules, { maxErrors: 1_000 })
}

function linesOf({ name, file, line, owner }: TrustedOperation, errors: readonly GraphQLError[]): string[] {
  return errors.map((error) => {
    const place = error.nodes?.[0] ? placeOf(error.nodes[0]) : `${file}:${line}:1`
    return `${place}: ${messageOf(error)} Operation: ${name}. Owner: ${owner ?? 'none'}.`
  })
}
