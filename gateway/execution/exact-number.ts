/**
 * A number as JSON text, for numbers that a double would change: `10.00`, `9007199254740993`, `1e400`. Numbers of custom
 * scalars are kept in this form, so they reach the client with the same digits.
 */
export class ExactNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** Lets `JSON.stringify` write the digits. */
  toJSON(): unknown {
    return rawJSON(this.text)
  }
}

/**
 * `JSON.parse` with `ExactNumber`s for numbers that a double would change. It takes about six times as long as `JSON.parse`:
 * call `mayLoseDigits` first.
 *
 * @throws RangeError if the JSON is nested deeper than the stack
 */
export function parseExactly(text: string): unknown {
  return parseWithSource(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== String(value) ? new ExactNumber(source ?? String(value)) : value,
  )
}

/**
 * A number that a double may change, with the characters around it: 16 digits or more, fractions, exponents and -0. It also
 * matches inside strings, which only costs time.
 */
const LOSSY = /[:[,]\s*(?:-?\d{16,}|-?\d+\.\d+|-?\d+(?:\.\d+)?[eE][+-]?\d+|-0)\s*[,}\]]/

/** Whether `JSON.parse` may change a number in the text of an object or a list. */
export function mayLoseDigits(text: string): boolean {
  return LOSSY.test(text)
}

/** A number as a double. Null for any other value. */
export function toDouble(value: unknown): number | null {
  if (typeof value === 'number') return value
  return value instanceof ExactNumber ? Number(value.text) : null
}

const DIGITS = /^-?\d+$/

/** The digits of an integer. Null for any other value. */
export function wholeDigits(value: unknown): string | null {
  if (value instanceof ExactNumber && DIGITS.test(value.text)) return value.text
  const double = toDouble(value)
  return Number.isInteger(double) ? BigInt(double ?? 0).toString() : null
}

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown

/** JSON.parse with source text access (https://github.com/tc39/proposal-json-parse-with-source). TypeScript lacks its types. */
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown }
