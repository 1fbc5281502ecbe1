import { isJsonObject, MAX_NESTING, type JsonObject } from './json.ts'

/**
 * The places in the data of a fetch where numbers must keep their digits. They are the keys of custom scalars and IDs, and the
 * keys of objects that contain such keys, for all types that an object can have.
 */
export type NumberPlaces = {
  leaves: readonly string[]
  below: readonly (readonly [key: string, places: NumberPlaces])[]
}

/**
 * Whether one of the places has a number, or an object that may contain numbers. Almost all values are strings (dates, ids),
 * so this is fast.
 */
export function mayHoldNumbers(value: unknown, places: NumberPlaces, lists = MAX_NESTING): boolean {
  if (Array.isArray(value)) {
    if (lists === 0) return true
    for (const item of value) if (mayHoldNumbers(item, places, lists - 1)) return true
    return false
  }
  return isJsonObject(value) && objectMay(value, places)
}

function objectMay(object: JsonObject, { leaves, below }: NumberPlaces): boolean {
  for (const key of leaves) {
    const value = object[key]
    if (typeof value !== 'string' && isOrHoldsNumber(value)) return true
  }
  for (const [key, places] of below) {
    const value = object[key]
    if (value !== null && value !== undefined && mayHoldNumbers(value, places)) return true
  }
  return false
}

function isOrHoldsNumber(value: unknown): boolean {
  if (Array.isArray(value)) return value.some((item) => typeof item !== 'string')
  return value !== null && value !== undefined && typeof value !== 'boolean'
}
