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

/** Response names below a place, by their names in the data. */
type Names = Map<string, Place>
type Place = {
  name: string
  /** By the schema; null: not known. */
  type: GraphQLCompositeType | null
  /** What is selected below it. */
  sets: SelectionSetNode[]
  /** By the name of the object's type; null: of all types. */
  below: Map<string | null, Names>
}

/**
 * Says a place in the data as a place in the client's response: by response names, and no deeper than the client
 * asked. What the plan fetched on its own account is nowhere in the response: an error of it is the entity's.
 *
 * A plan can also fetch what the client asked for at another place: below objects of other types, that have the same path
 * in the plan, or of an @interfaceObject, which has no types.
 *
 * @returns undefined where nothing of the path is in the response; `unasked` for what was only asked for at other places
 */
export type ClientPath = (path: readonly unknown[], data: JsonObject) => ResponsePath | undefined | 'unasked'

/** @param planned names under which plans fetch fields on their own account */
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

/** Names in the data of all that the client asks for, wherever. */
function allNames({ fragments, nameOf }: OperationView, selectionSet: SelectionSetNode): Set<string> {
  const names = new Set<string>()
  for (const set of [selectionSet, ...[...fragments.values()].map((fragment) => fragment.selectionSet)]) {
    visit(set, { Field: (field) => void names.add(nameOf(field)) })
  }
  return names
}

/** The type of an object in the data, as clients know it; null: not known. */
function typenameOf({ schema }: OperationView, { type }: Place, value: unknown): string | null {
  if (isObjectType(type)) return type.name
  const told = isJsonObject(value) ? value['__typename'] : null
  return typeof told === 'string' && isObjectType(schema.getType(told)) ? told : null
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
    // Fields of two types can have one response name.
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
