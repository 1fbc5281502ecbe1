import { isJsonObject, MAX_NESTING, type JsonObject } from './json.ts'

/**
 * Where in the data of a fetch numbers have to keep their digits: the keys of custom scalars and of IDs, and of the objects
 * with such below. Of all types that a place may have.
 */
export type NumberPlaces = {
  leaves: readonly string[]
  below: readonly (readonly [key: string, places: NumberPlaces])[]
}

/**
 * Whether there is a number at one of the places, or an object, which may hold some. Almost always there are texts (dates,
 * ids), and no more than that is looked at.
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
