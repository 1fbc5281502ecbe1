import type { TypeIndex } from '../type-index.ts'
import { getOwn, isJsonObject, MAX_NESTING, setOwn, type JsonObject } from '../json.ts'

/**
 * Merges the data of a fetch into the known data of the same object, in place. Objects and lists are merged recursively.
 * Otherwise the later value wins, with two exceptions: null never replaces a value, and the name of an interface never
 * replaces the type of an object (the subgraph of an @interfaceObject returns only the interface).
 *
 * @param levels the number of levels that may still be entered. Below them, the later value wins.
 */
export function mergeInto(
  known: JsonObject,
  fetched: JsonObject,
  types: TypeIndex,
  levels = MAX_NESTING,
): void {
  for (const key of Object.keys(fetched)) {
    const value = fetched[key]
    const old = getOwn(known, key)
    if (old === undefined || old === null) setOwn(known, key, value)
    else if (value !== null && value !== old) mergeValue(known, key, old, value, types, levels)
  }
}

function mergeValue(
  holder: JsonObject,
  key: string,
  old: unknown,
  value: unknown,
  types: TypeIndex,
  levels: number,
): void {
  if (levels === 0) setOwn(holder, key, value)
  else if (Array.isArray(old) && Array.isArray(value) && old.length === value.length) {
    // Both lists have the same entities. They are merged like objects with indices as keys.
    mergeInto(old as unknown as JsonObject, value as unknown as JsonObject, types, levels - 1)
  } else if (isJsonObject(old) && isJsonObject(value)) mergeInto(old, value, types, levels - 1)
  else if (key !== '__typename' || !types.satisfying(String(value)).has(String(old)))
    setOwn(holder, key, value)
}
