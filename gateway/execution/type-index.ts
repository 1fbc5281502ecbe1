import type { GraphQLSchema } from 'graphql'
import { isAbstractType } from 'graphql'

/** The `__typename`s that satisfy each type condition. */
export type TypeIndex = {
  satisfying: (condition: string) => ReadonlySet<string>
}

/** @param subtypes the names of each abstract type's subtypes */
export function createTypeIndex(subtypes: Readonly<Record<string, readonly string[]>>): TypeIndex {
  const known = new Map<string, ReadonlySet<string>>()
  return {
    satisfying: (condition) => {
      const found = known.get(condition)
      if (found) return found
      const below = Object.hasOwn(subtypes, condition) ? (subtypes[condition] ?? []) : []
      const names = new Set([condition, ...below])
      known.set(condition, names)
      return names
    },
  }
}

export function typeIndexOf(schema: GraphQLSchema): TypeIndex {
  const abstract = Object.values(schema.getTypeMap()).filter(isAbstractType)
  return createTypeIndex(
    Object.fromEntries(
      abstract.map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
    ),
  )
}
