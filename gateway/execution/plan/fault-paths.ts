import { Kind, parse, type SelectionSetNode } from 'graphql'

export type Path = readonly (string | number)[]

/**
 * Where a failed fetch leaves holes in the client's answer. A fetch of root fields: one path for each. A fetch of
 * entities: their place, without what follows the first list (`@` in the planner's paths), and with the field when
 * the fetch asks for a single one.
 *
 * @param query the operation that was sent to the subgraph
 * @param place where the entities are in the client's answer, in the planner's notation; empty for root fields
 */
export function faultPaths(query: string, place: readonly string[]): Path[] {
  const [operation] = parse(query).definitions
  const root = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet : null
  if (place.length === 0) return responseKeys(root).map((key) => [key])
  const list = place.indexOf('@')
  if (list >= 0) return [place.slice(0, list)]
  const [entities] = root?.selections ?? []
  const fields = entities?.kind === Kind.FIELD ? responseKeys(entities.selectionSet ?? null) : []
  return [fields.length === 1 ? [...place, ...fields] : place]
}

/** Response keys of a selection set, `__typename` excepted, looking into inline fragments. */
function responseKeys(set: SelectionSetNode | null): string[] {
  const keys = (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return responseKeys(selection.selectionSet)
    if (selection.kind !== Kind.FIELD || selection.name.value === '__typename') return []
    return [selection.alias?.value ?? selection.name.value]
  })
  return [...new Set(keys)]
}
