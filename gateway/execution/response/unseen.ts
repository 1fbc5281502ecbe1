import {
  isInterfaceType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql'
import type { LoadedSupergraph } from '../planner/planner.ts'
import type { TypeIndex } from '../type-index.ts'

const NOTHING: ReadonlySet<unknown> = new Set()

/** What the data of subgraphs can name although the schema that clients see does not have it, or not so. */
export type Unseen = {
  /** Object types that an abstract type has in the supergraph only (@inaccessible). */
  typesOf: (abstract: GraphQLNamedType) => readonly string[]
  /** Values that an enum has in the supergraph only (@inaccessible). */
  valuesOf: (enumType: GraphQLNamedType) => ReadonlySet<unknown>
  /** Interfaces that stand for the type of an entity where a subgraph knows no other (@interfaceObject). */
  interfacesOf: (abstract: GraphQLNamedType) => readonly GraphQLInterfaceType[]
}

export function unseenIn(
  api: GraphQLSchema,
  { interfaceObjects, hiddenValues }: Pick<LoadedSupergraph, 'interfaceObjects' | 'hiddenValues'>,
  supergraphTypes: TypeIndex,
): Unseen {
  const values = new Map(Object.entries(hiddenValues).map(([name, hidden]) => [name, new Set(hidden)]))
  const interfaces = interfaceObjects.map((name) => api.getType(name)).filter(isInterfaceType)
  return {
    typesOf: ({ name }) => [...supergraphTypes.satisfying(name)].filter((type) => !api.getType(type)),
    valuesOf: ({ name }) => values.get(name) ?? NOTHING,
    interfacesOf: (abstract) =>
      interfaces.filter(
        (type) => type === abstract || (isInterfaceType(abstract) && api.isSubType(abstract, type)),
      ),
  }
}
