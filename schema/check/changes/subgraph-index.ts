import {
  Kind,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DirectiveDefinitionNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
} from 'graphql'
import type { LoadedSubgraph } from '../finding.ts'
import { federationNames } from './federation-names.ts'

export type TypeNode = TypeDefinitionNode | TypeExtensionNode
export type MemberNode = FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode

/** A type as one subgraph defines it: its definition and extensions together. */
export type IndexedType = {
  nodes: TypeNode[]
  /** Fields, input fields or enum values. */
  members: Map<string, MemberNode>
}

/** The definitions of a subgraph by name. */
export type SubgraphIndex = {
  name: string
  url: string
  types: ReadonlyMap<string, IndexedType>
  directives: ReadonlyMap<string, DirectiveDefinitionNode>
  /** The directives of a node that have this name in the federation specification, whatever the subgraph calls them. */
  directivesOf(
    node: { directives?: readonly ConstDirectiveNode[] | undefined },
    name: string,
  ): readonly ConstDirectiveNode[]
}

export function indexSubgraph({ name, url, typeDefs }: LoadedSubgraph): SubgraphIndex {
  const types = new Map<string, IndexedType>()
  const directives = new Map<string, DirectiveDefinitionNode>()
  for (const node of typeDefs.definitions) {
    if (node.kind === Kind.DIRECTIVE_DEFINITION) directives.set(node.name.value, node)
    else if (isTypeNode(node)) addNode(types, typeName(node, typeDefs), node)
  }
  const canonical = federationNames(typeDefs)
  const directivesOf: SubgraphIndex['directivesOf'] = (node, wanted) =>
    (node.directives ?? []).filter((directive) => canonical(directive.name.value) === wanted)
  return { name, url, types, directives, directivesOf }
}

function isTypeNode(node: DefinitionNode): node is TypeNode {
  return 'name' in node && /Type(Definition|Extension)$/.test(node.kind)
}

/** The name in the supergraph: root types are renamed to `Query`, `Mutation` and `Subscription`. */
function typeName(node: TypeNode, { definitions }: DocumentNode): string {
  for (const definition of definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue
    const root = definition.operationTypes?.find(({ type }) => type.name.value === node.name.value)
    if (root) return root.operation[0]?.toUpperCase() + root.operation.slice(1)
  }
  return node.name.value
}

function addNode(types: Map<string, IndexedType>, name: string, node: TypeNode): void {
  const type = types.get(name) ?? { nodes: [], members: new Map<string, MemberNode>() }
  types.set(name, type)
  type.nodes.push(node)
  const members: readonly MemberNode[] =
    'fields' in node ? (node.fields ?? []) : 'values' in node ? (node.values ?? []) : []
  for (const member of members) type.members.set(member.name.value, member)
}
