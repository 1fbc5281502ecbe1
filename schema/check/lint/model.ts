import {
  Kind,
  OperationTypeNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type NamedTypeNode,
  type StringValueNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
  type TypeNode,
} from 'graphql'
import { type LoadedSubgraph } from '../finding.ts'

export type TypeKind = 'object' | 'interface' | 'input' | 'union' | 'enum' | 'scalar'

/** A type of one subgraph: its definition and its extensions together. */
export type TypeModel = {
  name: string
  kind: TypeKind
  node: TypeDefinitionNode | TypeExtensionNode
  description: StringValueNode | undefined
  directives: ConstDirectiveNode[]
  interfaces: string[]
  /** Fields of an object type or an interface, by name. */
  fields: Map<string, FieldDefinitionNode>
  inputFields: InputValueDefinitionNode[]
  values: EnumValueDefinitionNode[]
  members: NamedTypeNode[]
}

export type SubgraphModel = {
  name: string
  types: ReadonlyMap<string, TypeModel>
  /** The name of the mutation type. */
  mutation: string
  /** Names of directives that the subgraph imports by `@link`, as it calls them, by the name in their specification. */
  imported: ReadonlyMap<string, string>
}

const KINDS: Partial<Record<Kind, TypeKind>> = {
  [Kind.OBJECT_TYPE_DEFINITION]: 'object',
  [Kind.OBJECT_TYPE_EXTENSION]: 'object',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'interface',
  [Kind.INTERFACE_TYPE_EXTENSION]: 'interface',
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: 'input',
  [Kind.INPUT_OBJECT_TYPE_EXTENSION]: 'input',
  [Kind.UNION_TYPE_DEFINITION]: 'union',
  [Kind.UNION_TYPE_EXTENSION]: 'union',
  [Kind.ENUM_TYPE_DEFINITION]: 'enum',
  [Kind.ENUM_TYPE_EXTENSION]: 'enum',
  [Kind.SCALAR_TYPE_DEFINITION]: 'scalar',
  [Kind.SCALAR_TYPE_EXTENSION]: 'scalar',
}

/** Reads a subgraph. Types of the federation machinery (`_Entity`, `federation__FieldSet`, `link__Import`) are left out. */
export function modelOf({ name, typeDefs }: LoadedSubgraph): SubgraphModel {
  const types = new Map<string, TypeModel>()
  for (const node of typeDefs.definitions) {
    const kind = KINDS[node.kind]
    if (kind === undefined || !isType(node) || isMachinery(node.name.value)) continue
    addTo(types, node, kind)
  }
  return { name, types, mutation: mutationOf(typeDefs), imported: importsOf(typeDefs) }
}

/** Whether federation, not the author of the SDL, owns the name. */
export function isMachinery(name: string): boolean {
  return name.startsWith('_') || name.includes('__')
}

function isType(node: DocumentNode['definitions'][number]): node is TypeDefinitionNode | TypeExtensionNode {
  return KINDS[node.kind] !== undefined
}

function addTo(types: Map<string, TypeModel>, node: TypeDefinitionNode | TypeExtensionNode, kind: TypeKind) {
  const name = node.name.value
  const empty: TypeModel = {
    name,
    kind,
    node,
    description: undefined,
    directives: [],
    interfaces: [],
    fields: new Map(),
    inputFields: [],
    values: [],
    members: [],
  }
  const type = types.get(name) ?? empty
  types.set(name, type)
  if ('description' in node && node.description) type.description = node.description
  type.directives.push(...(node.directives ?? []))
  if ('interfaces' in node) type.interfaces.push(...(node.interfaces ?? []).map((each) => each.name.value))
  if ('types' in node) type.members.push(...(node.types ?? []))
  if ('values' in node) type.values.push(...(node.values ?? []))
  if (!('fields' in node)) return
  for (const field of node.fields ?? []) {
    if (field.kind === Kind.INPUT_VALUE_DEFINITION) type.inputFields.push(field)
    else if (!isMachinery(field.name.value)) type.fields.set(field.name.value, field)
  }
}

function mutationOf({ definitions }: DocumentNode): string {
  for (const node of definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) continue
    const root = node.operationTypes?.find(({ operation }) => operation === OperationTypeNode.MUTATION)
    if (root) return root.type.name.value
  }
  return 'Mutation'
}

/** The `import` argument of every `@link`: names, or objects with `name` and `as`. */
function importsOf({ definitions }: DocumentNode): Map<string, string> {
  const links = definitions.flatMap((node) =>
    node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION
      ? (node.directives ?? [])
      : [],
  )
  const imported = new Map<string, string>()
  for (const link of links) {
    const list = link.arguments?.find((argument) => argument.name.value === 'import')?.value
    if (list?.kind !== Kind.LIST) continue
    for (const entry of list.values) {
      if (entry.kind === Kind.STRING) imported.set(bare(entry.value), bare(entry.value))
      if (entry.kind !== Kind.OBJECT) continue
      const text = (key: string) => {
        const value = entry.fields.find((field) => field.name.value === key)?.value
        return value?.kind === Kind.STRING ? bare(value.value) : undefined
      }
      const name = text('name')
      if (name !== undefined) imported.set(name, text('as') ?? name)
    }
  }
  return imported
}

const bare = (name: string) => name.replace(/^@/, '')

/** The type inside lists and non-null marks. */
export function namedTypeOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type)
}

/** The item type of a list, or of the innermost of lists, with its non-null mark. Null if the type is not a list. */
export function itemTypeOf(type: TypeNode): TypeNode | null {
  if (type.kind === Kind.NON_NULL_TYPE) return itemTypeOf(type.type)
  return type.kind === Kind.LIST_TYPE ? (itemTypeOf(type.type) ?? type.type) : null
}

/** Whether a directive of federation is there, imported or by its full name: `@key`, `@federation__key`. */
export function hasDirective(
  node: { directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): boolean {
  return node.directives?.some((directive) => isDirective(directive, name)) ?? false
}

export function isDirective({ name: { value } }: ConstDirectiveNode, name: string): boolean {
  return value === name || value === `federation__${name}`
}
