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

/** Types of a supergraph that have fields: object types and interfaces. */
export type FieldsNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode

export function hasFields(node: DefinitionNode): node is FieldsNode {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION
}

/** The supergraph with these types in place of its own, where there is one. */
export function withTypes(document: DocumentNode, change: (type: FieldsNode) => FieldsNode): DocumentNode {
  const definitions = document.definitions.map((node) => (hasFields(node) ? change(node) : node))
  return { ...document, definitions }
}

/** The directives of a name, such as `join__field`. */
export function directivesOf(
  { directives = [] }: { directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): readonly ConstDirectiveNode[] {
  return directives.filter((directive) => directive.name.value === name)
}

/** The value of a directive's argument as text: of a string, an enum value or a boolean. */
export function argumentOf({ arguments: args = [] }: ConstDirectiveNode, name: string): string | undefined {
  const value = args.find((argument) => argument.name.value === name)?.value
  if (value?.kind === Kind.BOOLEAN) return String(value.value)
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined
}

/** Parses a `join__FieldSet`: what stands in `fields` of @key and @requires, without the braces around it. */
export function parseFieldSet(text: string): SelectionSetNode {
  const [definition] = parse(`{${text}}`, { noLocation: true }).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`no field set: ${text}`)
  return definition.selectionSet
}

/** A named type without the lists and the non-null around it. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type)
}

/** Names of the subgraphs by the enum values that stand for them in a supergraph. */
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
