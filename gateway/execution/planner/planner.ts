import type { FetchNode, QueryPlan } from '@apollo/query-planner'
import type { NumberPlaces } from '../number-places.ts'

/** What the planner reports about a supergraph after it is loaded. */
export type PlannerSupergraph = {
  /** A hash of the supergraph's SDL. It is the same in all processes. */
  id: string
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
  /** `@cacheControl` by type or field: `User`, `User.viewerFollows`. */
  cacheHints: Readonly<Record<string, CacheHint>>
  /** Names of fields that plans fetch for their own use. An operation must not use these names for other fields. */
  plannedNames: readonly string[]
}

/** `@cacheControl` on a type or field: the age in seconds, and who may share a value. What is null is inherited. */
export type CacheHint = { readonly maxAge: number | null; readonly scope: 'PUBLIC' | 'PRIVATE' | null }

/** A fetch of a plan, with information that Apollo's plans do not have. */
export type PlannedFetch = FetchNode & {
  /**
   * The places of entities of an @interfaceObject in the subgraph's data. `path` leads to `__typename`, in the notation of
   * rewrites. `type` is the name of the interface. It becomes the `__typename` of an entity that has none.
   */
  interfaceObjects?: readonly { path: readonly string[]; type: string }[]
  /** The places in the data of numbers that must keep their digits. Undefined if there are none. */
  numbers?: NumberPlaces
}

/** The fetches of `plan` are `PlannedFetch`es. */
export type Planned = {
  plan: QueryPlan
  /** The plan as text for people, in Apollo's notation. Null if texts are off. */
  text: string | null
}

/**
 * The port to the query planner, which makes plans for operations. Details of one planner stay behind the port, so that another
 * planner can replace it.
 */
export type Planner = AsyncDisposable & {
  readonly supergraph: PlannerSupergraph
  /**
   * @param labels the labels of @override that are on. All others are off.
   * @throws GraphQLError that the client may see
   */
  plan: (operation: string, operationName: string | undefined, labels?: readonly string[]) => Promise<Planned>
}
