import {
  isInterfaceType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql'
import type { PlannerSupergraph } from '../planner/planner.ts'
import type { TypeIndex } from '../type-index.ts'

const NOTHING: ReadonlySet<unknown> = new Set()

/** Types and values that subgraphs can return although the schema that clients see does not have them. */
export type HiddenTypes = {
  /** The object types of an abstract type that only the supergraph has (@inaccessible). */
  typesOf: (abstract: GraphQLNamedType) => readonly string[]
  /** The values of an enum that only the supergraph has (@inaccessible). */
  valuesOf: (enumType: GraphQLNamedType) => ReadonlySet<unknown>
  /** Interfaces that a subgraph can return as the type of an entity (@interfaceObject). */
  interfacesOf: (abstract: GraphQLNamedType) => readonly GraphQLInterfaceType[]
}

export function hiddenTypesOf(
  api: GraphQLSchema,
  { interfaceObjects, hiddenValues }: Pick<PlannerSupergraph, 'interfaceObjects' | 'hiddenValues'>,
  supergraphTypes: TypeIndex,
): HiddenTypes {
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
