import type { GraphQLFormattedError } from 'graphql'
import type { RequestSubgraph } from '../subgraph-request.ts'
import type { JsonObject } from '../json.ts'

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

/** A node of the plan, compiled. */
export type Step = (context: ExecutionContext) => Promise<void>
