import { isEnumType, type GraphQLLeafType } from 'graphql'
import { leafText, quote } from '../json.ts'

/** Writes a leaf value as JSON text, or returns null when the type has no such value. */
export type LeafWriter = (value: unknown) => string | null

const MAX_INT = 2_147_483_647

export function leafWriter(type: GraphQLLeafType): LeafWriter {
  if (isEnumType(type)) {
    // Values by name, as subgraphs send them. One that the API hides (@inaccessible) is not in its schema.
    const texts = new Map<unknown, string>(type.getValues().map(({ name }) => [name, quote(name)]))
    return (value) => texts.get(value) ?? null
  }
  return BUILT_IN[type.name] ?? leafText
}

const BUILT_IN: Record<string, LeafWriter> = {
  String: (value) => (typeof value === 'string' ? quote(value) : null),
  ID: (value) => {
    if (typeof value === 'string') return quote(value)
    return Number.isInteger(value) ? `"${String(value)}"` : null
  },
  Boolean: (value) => (typeof value === 'boolean' ? String(value) : null),
  Int: (value) => (Number.isInteger(value) && Math.abs(Number(value)) <= MAX_INT + 1 ? String(value) : null),
  Float: (value) => (typeof value === 'number' ? String(value) : null),
}
