/**
 * A number by its JSON text, where a double would not keep it: `10.00`, `9007199254740993`, `1e400`. It stands in the data
 * for numbers of custom scalars, whose digits pass through as they came.
 */
export class ExactNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** What `JSON.stringify` writes: the digits. */
  toJSON(): unknown {
    return rawJSON(this.text)
  }
}

/**
 * `JSON.parse` that keeps every number: those that a double would change are `ExactNumber`s. It takes some six times as long,
 * so `mayLoseDigits` is asked first.
 *
 * @throws RangeError when the JSON is nested deeper than the stack
 */
export function parseExactly(text: string): unknown {
  return parseWithSource(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== String(value) ? new ExactNumber(source ?? String(value)) : value,
  )
}

/**
 * A number that a double may not keep, with what stands before and after it in JSON: 16 digits and more, fractions, exponents
 * and -0. What looks like one within a string is found as well, which costs time and nothing else.
 */
const LOSSY = /[:[,]\s*(?:-?\d{16,}|-?\d+\.\d+|-?\d+(?:\.\d+)?[eE][+-]?\d+|-0)\s*[,}\]]/

/** Whether `JSON.parse` may change a number of this text, which is that of an object or a list. */
export function mayLoseDigits(text: string): boolean {
  return LOSSY.test(text)
}

/** A number of any kind as a double. */
export function toDouble(value: unknown): number | null {
  if (typeof value === 'number') return value
  return value instanceof ExactNumber ? Number(value.text) : null
}

const DIGITS = /^-?\d+$/

/** The digits of a whole number; null for what is none. */
export function wholeDigits(value: unknown): string | null {
  if (value instanceof ExactNumber && DIGITS.test(value.text)) return value.text
  const double = toDouble(value)
  return Number.isInteger(double) ? BigInt(double ?? 0).toString() : null
}

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown

/** JSON.parse with source text access (https://github.com/tc39/proposal-json-parse-with-source); not in TypeScript's library. */
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown }
