import { isEnumType, type GraphQLLeafType } from 'graphql'
import { toDouble, wholeDigits } from '../exact-number.ts'
import { leafText, quote } from '../json.ts'

/**
 * Writes a leaf value as JSON text, or returns null when the type has no such value.
 *
 * @param plain it has no character that JSON escapes
 */
export type LeafWriter = (value: unknown, plain?: boolean) => string | null

const MAX_INT = 2_147_483_647
const MIN_INT = -2_147_483_648

export function leafWriter(type: GraphQLLeafType): LeafWriter {
  if (isEnumType(type)) {
    // Values by name, as subgraphs send them. One that the API hides (@inaccessible) is not in its schema.
    const texts = new Map<unknown, string>(type.getValues().map(({ name }) => [name, quote(name)]))
    return (value) => texts.get(value) ?? null
  }
  return BUILT_IN.get(type.name) ?? leafText
}

/** Whether the type has every string as a value: a custom scalar has, for all the gateway knows. */
export function takesAnyString(type: GraphQLLeafType): boolean {
  return !isEnumType(type) && !['Boolean', 'Int', 'Float'].includes(type.name)
}

const BUILT_IN: ReadonlyMap<string, LeafWriter> = new Map([
  ['String', (value, plain) => (typeof value === 'string' ? leafText(value, plain) : null)],
  ['ID', idText],
  ['Boolean', (value) => (typeof value === 'boolean' ? String(value) : null)],
  ['Int', intText],
  ['Float', floatText],
])

function idText(value: unknown, plain?: boolean): string | null {
  if (typeof value === 'string') return leafText(value, plain)
  const digits = wholeDigits(value)
  return digits === null ? null : `"${digits}"`
}

function intText(value: unknown): string | null {
  const double = toDouble(value)
  if (double === null || !Number.isInteger(double)) return null
  return double >= MIN_INT && double <= MAX_INT ? String(double) : null
}

/** JSON has no text for what is beyond a double. */
function floatText(value: unknown): string | null {
  const double = toDouble(value)
  return Number.isFinite(double) ? String(double) : null
}
