import type { FetchNode, QueryPlan } from '@apollo/query-planner'
import type { NumberPlaces } from '../number-places.ts'

/** What the planner reports about a supergraph after it is loaded. */
export type LoadedSupergraph = {
  /** SDL of the schema that clients see. */
  apiSdl: string
  /** For each abstract type of the supergraph, hidden ones included: the names of its object types and interfaces. */
  subtypes: Readonly<Record<string, readonly string[]>>
  /** Interfaces that some subgraph declares as object types (@interfaceObject). */
  interfaceObjects: readonly string[]
  /** Enum values that clients do not see (@inaccessible), by enum. */
  hiddenValues: Readonly<Record<string, readonly string[]>>
  /** Labels of @override, each with the names of the fields that it moves. */
  overrideLabels: Readonly<Record<string, readonly string[]>>
  /** Names of fields that plans fetch for their own use. An operation must not use these names for other fields. */
  plannedNames: readonly string[]
}

/** A fetch of a plan, with information that Apollo's plans do not have. */
export type PlannedFetch = FetchNode & {
  /**
   * Where the subgraph's data has entities of an @interfaceObject: the path to `__typename`, in the notation of rewrites, and
   * the interface. If such an entity has no `__typename`, it gets the name of the interface.
   */
  interfaceObjects?: readonly { path: readonly string[]; type: string }[]
  /** Where its data can have numbers that must keep their digits; undefined: nowhere. */
  numbers?: NumberPlaces
}

/** The fetches of `plan` are `PlannedFetch`es. */
export type Planned = {
  plan: QueryPlan
  /** The plan as text for people, in Apollo's notation. Null if texts are off. */
  text: string | null
}

/**
 * The port to the query planner: operations in, plans out. Everything special to one planner stays behind the port, so that
 * another planner can replace it.
 */
export type Planner = AsyncDisposable & {
  readonly supergraph: LoadedSupergraph
  /**
   * @param labels of @override that are on; all others are off
   * @throws GraphQLError that the client may see
   */
  plan: (operation: string, operationName: string | undefined, labels?: readonly string[]) => Promise<Planned>
}
