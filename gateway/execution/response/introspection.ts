import {
  executeSync,
  Kind,
  OperationTypeNode,
  visit,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql'
import type { JsonObject } from '../json.ts'

/** Answers one `__schema` or `__type` field from the API schema, as JSON text. */
export function introspectionText(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  definitions: readonly VariableDefinitionNode[],
  field: FieldNode,
  variables: JsonObject,
): string {
  const used = new Set<string>()
  visit(
    { kind: Kind.DOCUMENT, definitions: [query(field, []), ...fragments.values()] },
    {
      Variable: ({ name }) => void used.add(name.value),
    },
  )
  const { data } = executeSync({
    schema,
    document: {
      kind: Kind.DOCUMENT,
      definitions: [
        query(
          field,
          definitions.filter(({ variable }) => used.has(variable.name.value)),
        ),
        ...fragments.values(),
      ],
    },
    variableValues: variables,
  })
  return JSON.stringify(data?.[field.alias?.value ?? field.name.value] ?? null)
}

function query(field: FieldNode, variableDefinitions: readonly VariableDefinitionNode[]) {
  return {
    kind: Kind.OPERATION_DEFINITION,
    operation: OperationTypeNode.QUERY,
    variableDefinitions,
    selectionSet: { kind: Kind.SELECTION_SET, selections: [field] },
  } as const
}
