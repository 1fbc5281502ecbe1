import type { FetchNode } from '@apollo/query-planner'
import {
  Kind,
  parseType,
  print,
  stripIgnoredCharacters,
  type DocumentNode,
  type FieldNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { fetchedOperation } from './fetches.ts'
import type { PlannedFetch } from './planner.ts'
import { argumentOf, directivesOf, hasFields, namedType, subgraphNames } from './supergraph-document.ts'

/** The interfaces that a subgraph declares as object types (@interfaceObject). */
export type InterfaceObjects = {
  /** The names of these interfaces, by subgraph. */
  bySubgraph: ReadonlyMap<string, ReadonlySet<string>>
  /** The name of a field's type in a subgraph. */
  typeOf: (subgraph: string, parent: string, field: string) => string | undefined
}

export function interfaceObjectsIn(document: DocumentNode): InterfaceObjects {
  const bySubgraph = namesBySubgraph(document)
  return { bySubgraph, typeOf: bySubgraph.size > 0 ? fieldTypes(document) : () => undefined }
}

function namesBySubgraph(document: DocumentNode): Map<string, Set<string>> {
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

/** Finds the types of fields in subgraphs. In a subgraph, a field can have a narrower type than in the supergraph. */
function fieldTypes(document: DocumentNode): InterfaceObjects['typeOf'] {
  const subgraphs = subgraphNames(document)
  const types = new Map<string, string>()
  const special = new Map<string, string>()
  for (const type of document.definitions.filter(hasFields)) {
    for (const field of type.fields ?? []) {
      const place = `${type.name.value}\0${field.name.value}`
      types.set(place, namedType(field.type))
      for (const join of directivesOf(field, 'join__field')) {
        const own = argumentOf(join, 'type')
        const subgraph = subgraphs.get(argumentOf(join, 'graph') ?? '')
        if (own) special.set(`${subgraph}\0${place}`, namedType(parseType(own, { noLocation: true })))
      }
    }
  }
  return (subgraph, parent, field) => {
    const place = `${parent}\0${field}`
    return special.get(`${subgraph}\0${place}`) ?? types.get(place)
  }
}

/**
 * Adds `interfaceObjects` to a fetch: the places of entities of an @interfaceObject. If nothing depends on their type, the plan
 * does not ask for it. If it did, the subgraph would return the name of the interface.
 */
export function withInterfaceObjects(fetch: FetchNode, objects: InterfaceObjects): PlannedFetch {
  const interfaces = objects.bySubgraph.get(fetch.serviceName)
  if (!interfaces) return fetch
  const found: { path: string[]; type: string }[] = []
  const visit = ({ selections }: SelectionSetNode, parent: string, path: readonly string[]): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD && selection.selectionSet) {
        const type = objects.typeOf(fetch.serviceName, parent, selection.name.value)
        if (type === undefined) continue
        const inner = [...path, (selection.alias ?? selection.name).value]
        if (interfaces.has(type)) found.push({ path: [...inner, '__typename'], type })
        visit(selection.selectionSet, type, inner)
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const type = selection.typeCondition?.name.value ?? parent
        visit(selection.selectionSet, type, type === parent ? path : [...path, `... on ${type}`])
      }
    }
  }
  const { operation, selectionSet } = fetchedOperation(fetch)
  if (fetch.requires) {
    const [entities] = selectionSet.selections as [FieldNode]
    if (entities.selectionSet) visit(entities.selectionSet, '_Entity', [])
  } else visit(selectionSet, ROOT_TYPES[operation], [])
  return found.length > 0 ? { ...fetch, interfaceObjects: found } : fetch
}

/** The names of a supergraph's root types. */
const ROOT_TYPES = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const

/**
 * Removes `__typename` from the fields of an @interfaceObject. The subgraph would return the name of the interface, which
 * would replace the type that another subgraph returned. Apollo's planner sometimes asks for it.
 *
 * @returns no fetch if nothing else is requested
 */
export function withoutObjectTypenames(fetch: FetchNode, objects: InterfaceObjects): FetchNode[] {
  const interfaces = objects.bySubgraph.get(fetch.serviceName)
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
