import type { FetchNode } from '@apollo/query-planner'
import {
  getNamedType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  Kind,
  type GraphQLNamedType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql'
import type { NumberPlaces } from '../number-places.ts'
import { fetchedOperation } from './fetches.ts'
import type { PlannedFetch } from './planner.ts'

/** Adds `NumberPlaces` to a fetch. @param schema of the supergraph, including hidden fields */
export function withNumberPlaces(fetch: FetchNode, schema: GraphQLSchema): PlannedFetch {
  const operation = fetchedOperation(fetch)
  const root = schema.getRootType(operation.operation) ?? undefined
  const numbers = placesIn([{ set: operation.selectionSet, type: root }], schema)
  return numbers ? { ...fetch, numbers } : fetch
}

/** A selection set and its type. The type is undefined for `_entities`, which the supergraph does not have. */
type Selected = { set: SelectionSetNode; type: GraphQLNamedType | undefined }

function placesIn(selected: readonly Selected[], schema: GraphQLSchema): NumberPlaces | null {
  const leaves = new Set<string>()
  const inner = new Map<string, Selected[]>()
  for (const { set, type } of selected) visit(set, type)
  const below = [...inner].flatMap(([key, sets]) => {
    const places = placesIn(sets, schema)
    return places ? [[key, places] as const] : []
  })
  return leaves.size + below.length > 0 ? { leaves: [...leaves], below } : null

  function visit({ selections }: SelectionSetNode, type: GraphQLNamedType | undefined): void {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value
        visit(selection.selectionSet, condition === undefined ? type : schema.getType(condition))
      } else if (selection.kind === Kind.FIELD && selection.name.value !== '__typename') {
        const { name, alias, selectionSet: set } = selection
        const key = (alias ?? name).value
        const fieldType = typeOf(type, name.value)
        if (set) inner.set(key, [...(inner.get(key) ?? []), { set, type: fieldType }])
        else if (!fieldType || keepsDigits(fieldType)) leaves.add(key)
      }
    }
  }
}

function typeOf(type: GraphQLNamedType | undefined, field: string): GraphQLNamedType | undefined {
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined
  const definition = type.getFields()[field]
  return definition && getNamedType(definition.type)
}

const DOUBLES_AND_TEXTS = new Set(['Int', 'Float', 'String', 'Boolean'])

/** Custom scalars, and IDs, which can be sent as numbers. */
export function keepsDigits(type: GraphQLNamedType): boolean {
  return isLeafType(type) && !isEnumType(type) && !DOUBLES_AND_TEXTS.has(type.name)
}
