import type { FetchNode } from '@apollo/query-planner'
import {
  Kind,
  print,
  stripIgnoredCharacters,
  type DocumentNode,
  type FieldNode,
  type SelectionNode,
} from 'graphql'
import { fetchedOperation } from './fetched-operation.ts'
import { argumentOf, directivesOf, hasFields, subgraphNames } from './supergraph-document.ts'

/** For each subgraph, the interfaces that are object types in it (@interfaceObject). */
export type InterfaceObjects = ReadonlyMap<string, ReadonlySet<string>>

export function interfaceObjectsIn(document: DocumentNode): InterfaceObjects {
  const subgraphs = subgraphNames(document)
  const objects = new Map<string, Set<string>>()
  for (const type of document.definitions.filter(hasFields)) {
    for (const join of directivesOf(type, 'join__type')) {
      if (argumentOf(join, 'isInterfaceObject') !== 'true') continue
      const subgraph = subgraphs.get(argumentOf(join, 'graph') ?? '') ?? ''
      objects.set(subgraph, (objects.get(subgraph) ?? new Set()).add(type.name.value))
    }
  }
  return objects
}

/**
 * Does not ask an @interfaceObject for the type of an entity: it only knows the interface, and its answer would take
 * the place of the type that is known. Apollo's planner asks now and then.
 *
 * @returns no fetch when there is nothing else to ask
 */
export function withoutObjectTypenames(fetch: FetchNode, objects: InterfaceObjects): FetchNode[] {
  const interfaces = objects.get(fetch.serviceName)
  if (!interfaces || !fetch.requires || !fetch.operation.includes('__typename')) return [fetch]
  const operation = fetchedOperation(fetch)
  const [entities] = operation.selectionSet.selections as [FieldNode]
  const selections = (entities.selectionSet?.selections ?? []).flatMap((selection): SelectionNode[] => {
    if (selection.kind !== Kind.INLINE_FRAGMENT) return [selection]
    if (!interfaces.has(selection.typeCondition?.name.value ?? '')) return [selection]
    const others = selection.selectionSet.selections.filter((inner) => !isTypename(inner))
    return others.length > 0
      ? [{ ...selection, selectionSet: { ...selection.selectionSet, selections: others } }]
      : []
  })
  if (selections.length === 0) return []
  const changed: FieldNode = { ...entities, selectionSet: { kind: Kind.SELECTION_SET, selections } }
  const rest = { ...operation, selectionSet: { ...operation.selectionSet, selections: [changed] } }
  return [{ ...fetch, operation: stripIgnoredCharacters(print(rest)) }]
}

function isTypename(selection: SelectionNode): boolean {
  return selection.kind === Kind.FIELD && selection.name.value === '__typename'
}
