import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  visit,
  type FieldNode,
  type GraphQLCompositeType,
  type SelectionSetNode,
} from 'graphql'
import type { ResponsePath } from '../subgraph-request.ts'
import { getOwn, isJsonObject, type JsonObject } from '../json.ts'
import type { OperationView } from './fields.ts'

/** The fields below a place, by their names in the data. */
type Names = Map<string, Place>
type Place = {
  /** The response name. */
  name: string
  /** The type in the schema. Null if it is unknown. */
  type: GraphQLCompositeType | null
  /** The selection sets of the field. */
  sets: SelectionSetNode[]
  /** The fields below it, by the name of the object's type. The key null is for objects of unknown type. */
  below: Map<string | null, Names>
}

/**
 * Converts a path in the data to a path in the client's response. The result has response names, and is not deeper than the
 * client's selections. For a field that only the plan needs, the result is the path of its entity.
 *
 * A plan can also fetch a field for more objects than the client selected it for: for objects of other types with the same
 * path in the plan, or below an @interfaceObject, which has no types.
 *
 * @returns undefined if no part of the path is in the response. `unasked` if the client selected the field only elsewhere.
 */
export type ClientPath = (path: readonly unknown[], data: JsonObject) => ResponsePath | undefined | 'unasked'

/** @param planned names of fields that plans fetch for their own use */
export function clientPaths(
  view: OperationView,
  root: GraphQLCompositeType,
  selectionSet: SelectionSetNode,
  planned: ReadonlySet<string>,
): ClientPath {
  const top: Place = { name: '', type: root, sets: [selectionSet], below: new Map() }

  function namesBelow(place: Place, typename: string | null): Names {
    const known = place.below.get(typename)
    if (known) return known
    const names = namesIn(view, place, typename)
    place.below.set(typename, names)
    return names
  }

  let asked: ReadonlySet<string> | null = null
  const isAsked = (name: string) => (asked ??= allNames(view, selectionSet)).has(name)

  return (path, data) => {
    const shown: ResponsePath = []
    let place = top
    let value: unknown = data
    for (const element of path) {
      if (typeof element === 'number') {
        shown.push(element)
        value = Array.isArray(value) ? value[element] : null
        continue
      }
      const name = String(element)
      const typename = typenameOf(view, place, value)
      const next = namesBelow(place, typename).get(name)
      if (!next) {
        if (isJsonObject(value) && !planned.has(name) && isAsked(name)) return 'unasked'
        break
      }
      shown.push(next.name)
      value = isJsonObject(value) ? getOwn(value, name) : null
      place = next
    }
    return shown.length > 0 ? shown : undefined
  }
}

/** The names in the data of all fields that the client selects anywhere. */
function allNames({ fragments, nameOf }: OperationView, selectionSet: SelectionSetNode): Set<string> {
  const names = new Set<string>()
  for (const set of [selectionSet, ...[...fragments.values()].map((fragment) => fragment.selectionSet)]) {
    visit(set, { Field: (field) => void names.add(nameOf(field)) })
  }
  return names
}

/** The type of an object in the data, if clients see the type. Null if it is unknown. */
function typenameOf({ schema }: OperationView, { type }: Place, value: unknown): string | null {
  if (isObjectType(type)) return type.name
  const name = isJsonObject(value) ? value['__typename'] : null
  return typeof name === 'string' && isObjectType(schema.getType(name)) ? name : null
}

function namesIn(view: OperationView, { type, sets }: Place, typename: string | null): Names {
  const names: Names = new Map()
  const spread = new Set<string>()
  for (const set of sets) visitSet(set, type)
  return names

  function visitSet({ selections }: SelectionSetNode, parent: GraphQLCompositeType | null): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        add(selection, parent)
        continue
      }
      const isSpread = selection.kind === Kind.FRAGMENT_SPREAD
      if (isSpread && spread.has(selection.name.value)) continue
      if (isSpread) spread.add(selection.name.value)
      const fragment = isSpread ? view.fragments.get(selection.name.value) : selection
      const condition = fragment?.typeCondition?.name.value
      if (!fragment || !applies(condition)) continue
      const narrowed = condition === undefined ? parent : view.schema.getType(condition)
      visitSet(fragment.selectionSet, isCompositeType(narrowed) ? narrowed : null)
    }
  }

  function applies(condition: string | undefined): boolean {
    return typename === null || condition === undefined || view.types.satisfying(condition).has(typename)
  }

  function add(field: FieldNode, parent: GraphQLCompositeType | null): void {
    const key = view.nameOf(field)
    const known = names.get(key)
    const place: Place = known ?? {
      name: (field.alias ?? field.name).value,
      type: typeOf(field, parent),
      sets: [],
      below: new Map(),
    }
    // Fields of two types can have the same response name.
    if (known && known.type !== typeOf(field, parent)) known.type = null
    if (field.selectionSet) place.sets.push(field.selectionSet)
    names.set(key, place)
  }

  function typeOf({ name }: FieldNode, parent: GraphQLCompositeType | null): GraphQLCompositeType | null {
    const hasFields = isObjectType(parent) || isInterfaceType(parent)
    const field = hasFields ? parent.getFields()[name.value] : undefined
    const inner = field && getNamedType(field.type)
    return isCompositeType(inner) ? inner : null
  }
}
