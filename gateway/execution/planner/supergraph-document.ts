import {
  Kind,
  parse,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql'

/** Types with fields: object types and interfaces. */
export type FieldsNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode

export function hasFields(node: DefinitionNode): node is FieldsNode {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION
}

/** The supergraph with its object types and interfaces changed. */
export function withTypes(document: DocumentNode, change: (type: FieldsNode) => FieldsNode): DocumentNode {
  const definitions = document.definitions.map((node) => (hasFields(node) ? change(node) : node))
  return { ...document, definitions }
}

/** The directives with a name, such as `join__field`. */
export function directivesOf(
  { directives = [] }: { directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): readonly ConstDirectiveNode[] {
  return directives.filter((directive) => directive.name.value === name)
}

/** The value of a directive's argument as text. It must be a string, an enum value or a boolean. */
export function argumentOf({ arguments: args = [] }: ConstDirectiveNode, name: string): string | undefined {
  const value = args.find((argument) => argument.name.value === name)?.value
  if (value?.kind === Kind.BOOLEAN) return String(value.value)
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined
}

/** Parses a `join__FieldSet`: the value of `fields` in @key and @requires, without braces. */
export function parseFieldSet(text: string): SelectionSetNode {
  const [definition] = parse(`{${text}}`, { noLocation: true }).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`no field set: ${text}`)
  return definition.selectionSet
}

/** The name of a type without list and non-null. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type)
}

/** The names of the subgraphs, by their enum values in the supergraph. */
export function subgraphNames({ definitions }: DocumentNode): Map<string, string> {
  const names = new Map<string, string>()
  for (const definition of definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue
    for (const value of definition.values ?? []) {
      const [graph] = directivesOf(value, 'join__graph')
      names.set(value.name.value, (graph && argumentOf(graph, 'name')) ?? value.name.value)
    }
  }
  return names
}
