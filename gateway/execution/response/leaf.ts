import { isEnumType, type GraphQLLeafType } from 'graphql'
import { leafText, quote } from '../json.ts'

/** Writes a leaf value as JSON text, or returns null when the type has no such value. */
export type LeafWriter = (value: unknown) => string | null

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

const BUILT_IN: ReadonlyMap<string, LeafWriter> = new Map([
  ['String', (value) => (typeof value === 'string' ? quote(value) : null)],
  ['ID', idText],
  ['Boolean', (value) => (typeof value === 'boolean' ? String(value) : null)],
  ['Int', (value) => (isInt(value) ? String(value) : null)],
  ['Float', (value) => (typeof value === 'number' ? String(value) : null)],
])

function idText(value: unknown): string | null {
  if (typeof value === 'string') return quote(value)
  return Number.isInteger(value) ? `"${String(value)}"` : null
}

function isInt(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= MIN_INT && Number(value) <= MAX_INT
}
