import type { GraphQLFormattedError } from 'graphql'
import type { RequestSubgraph } from '../subgraph-request.ts'
import type { Cacheability } from '../cacheability.ts'
import type { JsonObject } from '../json.ts'
import type { PlannedFetch } from '../planner/planner.ts'
import type { TypeIndex } from '../type-index.ts'

/** The execution of one operation for one client. */
export type ExecutionContext = {
  requestSubgraph: RequestSubgraph
  /** The merged data of the subgraphs' responses so far. The steps of the plan fill it. */
  data: JsonObject
  errors: GraphQLFormattedError[]
  /** No string in `data` has a character that JSON escapes. */
  plain: boolean
  /** `data` of the response is null, independent of the fetched data. */
  failed: boolean
  /** The JSON text of a variable that the client sent. Undefined if it was not sent. */
  variable: (name: string) => string | undefined
}

/** What the compiler of a plan needs besides the plan. */
export type PlanContext = {
  /** The types for the plan. Its type conditions can name types that clients do not see. */
  types: TypeIndex
  /** How the values of a fetch may be cached. Null if they may not be. */
  cacheabilityOf: (fetch: PlannedFetch) => Cacheability | null
}

/** A node of the plan, compiled. */
export type Step = (context: ExecutionContext) => Promise<void>
