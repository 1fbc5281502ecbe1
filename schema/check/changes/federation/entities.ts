import { Kind, type ConstDirectiveNode, type FieldDefinitionNode } from 'graphql'
import { argument } from '../federation-names.ts'
import type { IndexedType, SubgraphIndex } from '../subgraph-index.ts'
import { fieldSetOf } from './field-sets.ts'

/** A `@key` of a type in a subgraph. */
export type EntityKey = {
  node: ConstDirectiveNode
  paths: ReadonlySet<string>
  /** The subgraph loads entities by it. */
  resolvable: boolean
}

export function typeDirectives(
  subgraph: SubgraphIndex,
  typeName: string,
  name: string,
): ConstDirectiveNode[] {
  return (subgraph.types.get(typeName)?.nodes ?? []).flatMap((node) => [...subgraph.directivesOf(node, name)])
}

export function keysOf(subgraph: SubgraphIndex, typeName: string): EntityKey[] {
  return typeDirectives(subgraph, typeName, 'key').map((node) => {
    const value = argument(node, 'resolvable')
    const resolvable = !(value?.kind === Kind.BOOLEAN && !value.value)
    return { node, paths: fieldSetOf(node), resolvable }
  })
}

/** The object types of a subgraph: those whose fields it resolves. */
export function objectTypes(subgraph: SubgraphIndex): [name: string, type: IndexedType][] {
  return [...subgraph.types].filter(([, { nodes }]) =>
    nodes.every(({ kind }) => kind === Kind.OBJECT_TYPE_DEFINITION || kind === Kind.OBJECT_TYPE_EXTENSION),
  )
}

/** The field if this subgraph resolves it: neither external nor a part of a key, which all subgraphs resolve. */
export function resolvedField(
  subgraph: SubgraphIndex,
  typeName: string,
  field: string,
): FieldDefinitionNode | undefined {
  const type = subgraph.types.get(typeName)
  const node = type?.members.get(field)
  if (!type || node?.kind !== Kind.FIELD_DEFINITION) return undefined
  const external = [node, ...type.nodes].some((at) => subgraph.directivesOf(at, 'external').length > 0)
  if (external || keysOf(subgraph, typeName).some(({ paths }) => paths.has(field))) return undefined
  return node
}
