import { Kind, type FieldNode, type SelectionSetNode } from 'graphql'
import type { DataName } from '../data-names.ts'
import type { ResponsePath } from '../exchange.ts'
import type { OperationView } from './fields.ts'

/** Response names below a place, by their names in the data; each with what is selected below it. */
type Names = Map<string, Place>
type Place = { name: string; sets: SelectionSetNode[]; below: Names | null }

/**
 * Says a place in the data as a place in the client's response: by response names, and no deeper than the client
 * asked. What the plan fetched on its own account is nowhere in the response: an error of it is the entity's.
 *
 * @returns undefined where nothing of the path is in the response
 */
export type ClientPath = (path: readonly unknown[]) => ResponsePath | undefined

export function clientPaths(
  fragments: OperationView['fragments'],
  nameOf: DataName,
  selectionSet: SelectionSetNode,
): ClientPath {
  const root: Place = { name: '', sets: [selectionSet], below: null }
  const namesBelow = (place: Place) => (place.below ??= namesIn(place.sets))
  return (path) => {
    const shown: ResponsePath = []
    let place = root
    for (const element of path) {
      if (typeof element === 'number') shown.push(element)
      else {
        const next = namesBelow(place).get(String(element))
        if (!next) break
        shown.push(next.name)
        place = next
      }
    }
    return shown.length > 0 ? shown : undefined
  }

  /** Of all types: a path does not tell which fragments applied. */
  function namesIn(sets: readonly SelectionSetNode[]): Names {
    const names: Names = new Map()
    const spread = new Set<string>()
    for (const set of sets) visit(set)
    return names

    function visit({ selections }: SelectionSetNode): void {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) add(names, selection)
        else if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet)
        else if (!spread.has(selection.name.value)) {
          spread.add(selection.name.value)
          const fragment = fragments.get(selection.name.value)
          if (fragment) visit(fragment.selectionSet)
        }
      }
    }
  }

  function add(names: Names, field: FieldNode): void {
    const key = nameOf(field)
    const place = names.get(key) ?? { name: (field.alias ?? field.name).value, sets: [], below: null }
    if (field.selectionSet) place.sets.push(field.selectionSet)
    names.set(key, place)
  }
}
