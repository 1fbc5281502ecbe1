import { ExactNumber } from './exact-number.ts'

/**
 * Levels that are followed into data where nothing else bounds them: lists in lists, and what two answers both have. An
 * answer can be nested deeper than the stack; no schema is.
 */
export const MAX_NESTING = 256

/** An object as `JSON.parse` makes it: `__proto__` can be an own key of it, never a way to its prototype. */
export type JsonObject = { [key: string]: unknown }

export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  )
}

/** Reads an own key. Plain reading is enough for every name but the one that reaches the prototype. */
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

/** A string as JSON text. Short plain ones skip the general routine. */
export function quote(text: string): string {
  return text.length < 100 && !ESCAPED.test(text) ? `"${text}"` : JSON.stringify(text)
}

/**
 * Any leaf value as JSON text; null when there is none: it is nested too deep to be written, or a number beyond a double
 * whose digits are not known.
 *
 * @param plain it has no character that JSON escapes
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
