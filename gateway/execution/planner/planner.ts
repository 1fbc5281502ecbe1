import type { FetchNode, QueryPlan } from '@apollo/query-planner'
import type { NumberPlaces } from '../number-places.ts'

/** What a planner knows of a supergraph once it is loaded. */
export type LoadedSupergraph = {
  /** SDL of the schema that clients see. */
  apiSdl: string
  /** For each abstract type of the supergraph, hidden ones included: the names of its object types and interfaces. */
  subtypes: Readonly<Record<string, readonly string[]>>
  /** Interfaces that some subgraph knows as object types only (@interfaceObject). */
  interfaceObjects: readonly string[]
  /** For each enum, its values that clients do not see (@inaccessible). Enums without any are left out. */
  hiddenValues: Readonly<Record<string, readonly string[]>>
  /** Labels of @override, each with the names of the fields that it moves. */
  overrideLabels: Readonly<Record<string, readonly string[]>>
  /** Names under which plans fetch fields on their own account. An operation must not have other fields of these names. */
  plannedNames: readonly string[]
}

/** A fetch of a plan, with what the planner's own plans do not say. */
export type PlannedFetch = FetchNode & {
  /**
   * Where the subgraph's data has entities that it knows by an interface only (@interfaceObject): names that lead to
   * `__typename`, in the notation of rewrites, and the interface. Their `__typename` is the interface, if they have none.
   */
  interfaceObjects?: readonly { path: readonly string[]; type: string }[]
  /** Where in its data numbers have to keep their digits; undefined: nowhere. */
  numbers?: NumberPlaces
}

/** The fetches of `plan` are `PlannedFetch`es. */
export type Planned = {
  plan: QueryPlan
  /** The plan in the planner's own notation, for people; null when nobody wants to see it. */
  text: string | null
}

/**
 * The narrow port to the query planner: a supergraph and operations in, plans out. All that is special to one planner
 * stays behind it, so that another can take its place.
 */
export type Planner = AsyncDisposable & {
  readonly supergraph: LoadedSupergraph
  /**
   * @param labels of @override that are on; all others are off
   * @throws GraphQLError that the client may see
   */
  plan: (operation: string, operationName: string | undefined, labels?: readonly string[]) => Promise<Planned>
}
