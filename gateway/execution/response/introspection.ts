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

export type Introspection = {
  /** JSON text of the field. */
  text: string
  /** `path` is relative to the field. */
  errors: readonly { message: string; path: readonly (string | number)[] }[]
}

/**
 * Resolves one `__schema` or `__type` field from the API schema.
 *
 * @param nodes all nodes of the field with one response name
 */
export function answerIntrospection(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  definitions: readonly VariableDefinitionNode[],
  nodes: readonly FieldNode[],
  variables: JsonObject,
): Introspection {
  const used = new Set<string>()
  visit(
    { kind: Kind.DOCUMENT, definitions: [query(nodes, []), ...fragments.values()] },
    {
      Variable: ({ name }) => void used.add(name.value),
    },
  )
  const { data, errors = [] } = executeSync({
    schema,
    document: {
      kind: Kind.DOCUMENT,
      definitions: [
        query(
          nodes,
          definitions.filter(({ variable }) => used.has(variable.name.value)),
        ),
        ...fragments.values(),
      ],
    },
    variableValues: variables,
  })
  const [name = ''] = nodes.map((node) => (node.alias ?? node.name).value)
  return {
    text: JSON.stringify(data?.[name] ?? null),
    errors: errors.map(({ message, path }) => ({ message, path: path?.slice(1) ?? [] })),
  }
}

function query(selections: readonly FieldNode[], variableDefinitions: readonly VariableDefinitionNode[]) {
  return {
    kind: Kind.OPERATION_DEFINITION,
    operation: OperationTypeNode.QUERY,
    variableDefinitions,
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  } as const
}
