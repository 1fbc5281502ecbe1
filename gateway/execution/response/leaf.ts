import { isEnumType, type GraphQLLeafType } from 'graphql'
import { toDouble, wholeDigits } from '../exact-number.ts'
import { leafText, quote } from '../json.ts'

/**
 * Writes a leaf value as JSON text. Null if the value is not valid for the type.
 *
 * @param plain the value has no character that JSON escapes
 */
export type LeafWriter = (value: unknown, plain?: boolean) => string | null

const MAX_INT = 2_147_483_647
const MIN_INT = -2_147_483_648

export function leafWriter(type: GraphQLLeafType): LeafWriter {
  if (isEnumType(type)) {
    // By name, as subgraphs send them. Values that the API hides (@inaccessible) are not in this schema.
    const texts = new Map<unknown, string>(type.getValues().map(({ name }) => [name, quote(name)]))
    return (value) => texts.get(value) ?? null
  }
  return BUILT_IN.get(type.name) ?? leafText
}

/** Whether every string is valid for the type. Custom scalars count, because the gateway cannot validate them. */
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

/** Infinity has no JSON text. */
function floatText(value: unknown): string | null {
  const double = toDouble(value)
  return Number.isFinite(double) ? String(double) : null
}
