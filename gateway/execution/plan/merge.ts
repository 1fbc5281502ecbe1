import { getOwn, isJsonObject, setOwn, type JsonObject } from '../json.ts'

/**
 * Merges what a fetch returned into what is known of the same object, in place. Objects and lists merge member by
 * member; otherwise the later value wins, except that null never replaces what is known.
 */
export function mergeInto(known: JsonObject, fetched: JsonObject): void {
  for (const key of Object.keys(fetched)) {
    const value = fetched[key]
    const old = getOwn(known, key)
    if (old === undefined || old === null) setOwn(known, key, value)
    else if (value !== null && value !== old) mergeValue(known, key, old, value)
  }
}

function mergeValue(holder: JsonObject, key: string, old: unknown, value: unknown): void {
  if (Array.isArray(old) && Array.isArray(value) && old.length === value.length) {
    // Both list the same entities: merged like objects whose keys are the indices.
    mergeInto(old as unknown as JsonObject, value as unknown as JsonObject)
  } else if (isJsonObject(old) && isJsonObject(value)) mergeInto(old, value)
  else setOwn(holder, key, value)
}
