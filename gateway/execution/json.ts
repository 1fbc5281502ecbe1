import { ExactNumber } from './exact-number.ts'

/**
 * Maximum depth to which code follows data whose depth the schema does not limit: lists of lists, and objects that are merged.
 * A response can be nested deeper than the stack. A schema can't.
 */
export const MAX_NESTING = 256

/** An object from `JSON.parse`. It can have `__proto__` as an own key: use `getOwn` and `setOwn`. */
export type JsonObject = { [key: string]: unknown }

export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  )
}

/** Reads an own key. Only `__proto__` would read the prototype. */
export function getOwn(object: JsonObject, key: string): unknown {
  return key !== '__proto__' || Object.hasOwn(object, key) ? object[key] : undefined
}

/** Writes an own key, whatever its name. */
export function setOwn(object: JsonObject, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  } else {
    object[key] = value
  }
}

const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/

/** A string as JSON text. For short strings without escapes this is faster than `JSON.stringify`. */
export function quote(text: string): string {
  return text.length < 100 && !ESCAPED.test(text) ? `"${text}"` : JSON.stringify(text)
}

/**
 * A leaf value as JSON text. Null if it has none: it is nested too deep, or is a number beyond the range of a double.
 *
 * @param plain the value has no character that JSON escapes
 */
export function leafText(value: unknown, plain = false): string | null {
  if (typeof value === 'string') return plain ? `"${value}"` : quote(value)
  if (typeof value === 'number' && !Number.isFinite(value)) return null
  try {
    return JSON.stringify(value)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
