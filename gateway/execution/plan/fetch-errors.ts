import type { FetchDataRewrite } from '@apollo/query-planner'
import { Kind, parse, type GraphQLFormattedError, type SelectionSetNode } from 'graphql'
import type { JsonObject } from '../json.ts'
import type { ResponsePath, SubgraphError } from '../subgraph-request.ts'
import type { Located } from './entity-path.ts'

type Path = readonly (string | number)[]

/** Names that the planner gave to fields, with the names that the client gave them. */
export type RenamedKeys = ReadonlyMap<string, string>

export function renamedKeys(rewrites: readonly FetchDataRewrite[] | undefined): RenamedKeys {
  const renamed = new Map<string, string>()
  for (const rewrite of rewrites ?? []) {
    const key = rewrite.path.at(-1)
    if (rewrite.kind === 'KeyRenamer' && key !== undefined) renamed.set(key, rewrite.renameKeyTo)
  }
  return renamed
}

/** An error as the client sees it, at a place in the data. */
export function errorAt(
  { message, extensions }: Pick<SubgraphError, 'message' | 'extensions'>,
  path: Path | undefined,
): GraphQLFormattedError {
  return {
    message,
    ...(path && path.length > 0 && { path: [...path] }),
    ...(extensions && { extensions }),
  }
}

/** An error of a fetch of root fields. */
export function rootError(error: SubgraphError, renamed: RenamedKeys): GraphQLFormattedError {
  return errorAt(error, error.path && withRenamed(error.path, renamed))
}

/** The entities of a fetch. `slots` has the index of each entity's representation in the request. -1 if it has none. */
export type FetchedEntities = { entities: readonly JsonObject[]; slots: readonly number[] }

/**
 * The errors of a fetch of entities. `_entities.3.name` of the subgraph is `name` of every entity whose representation was the
 * fourth one. An error without the index of a representation is reported at the first entity.
 */
export function entityErrors(
  errors: readonly SubgraphError[],
  { all, bySlot }: EntityPlaces,
  renamed: RenamedKeys,
): GraphQLFormattedError[] {
  return errors.flatMap((error) => {
    const [, slot, ...rest] = error.path ?? []
    const places = typeof slot === 'number' ? (bySlot.get(slot) ?? []) : all.slice(0, 1)
    if (places.length === 0) return [errorAt(error, undefined)]
    return places.map(({ path }) => errorAt(error, [...path, ...withRenamed(rest, renamed)]))
  })
}

/** The places in the data of the entities of a fetch: of all with a representation, and by the index of the representation. */
export type EntityPlaces = {
  all: readonly Located[]
  bySlot: ReadonlyMap<number, readonly Located[]>
}

export function entityPlaces(
  located: readonly Located[],
  { entities, slots }: FetchedEntities,
): EntityPlaces {
  const slotOf = new Map(entities.map((entity, i) => [entity, slots[i] ?? -1]))
  const all: Located[] = []
  const bySlot = new Map<number, Located[]>()
  for (const place of located) {
    const slot = slotOf.get(place.object) ?? -1
    if (slot < 0) continue
    all.push(place)
    const others = bySlot.get(slot)
    if (others) others.push(place)
    else bySlot.set(slot, [place])
  }
  return { all, bySlot }
}

/**
 * The places in the data that stay empty when a fetch fails. For a fetch of root fields, these are the fields. For a fetch of
 * entities, it is their place, up to the first list (`@` in the planner's paths). If the fetch asks for a single field, it is
 * that field.
 *
 * @param query the operation that was sent to the subgraph
 * @param place the path of the entities in the data, in the planner's notation. Empty for root fields.
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

/** Response keys of a selection set and its inline fragments, without `__typename`. */
function responseKeys(set: SelectionSetNode | null): string[] {
  const keys = (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return responseKeys(selection.selectionSet)
    if (selection.kind !== Kind.FIELD || selection.name.value === '__typename') return []
    return [selection.alias?.value ?? selection.name.value]
  })
  return [...new Set(keys)]
}

function withRenamed(path: Path, renamed: RenamedKeys): ResponsePath {
  return path.map((element) => (typeof element === 'string' ? (renamed.get(element) ?? element) : element))
}
