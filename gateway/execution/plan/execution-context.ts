import type { GraphQLFormattedError } from 'graphql'
import type { RequestSubgraph } from '../subgraph-request.ts'
import type { JsonObject } from '../json.ts'
import type { Results } from '../results.ts'

/** The execution of one operation for one client. */
export type ExecutionContext = {
  requestSubgraph: RequestSubgraph
  /** What is known without asking the subgraphs; null: nothing is kept. */
  results: Results | null
  /** The joined answers so far; the steps of the plan fill it. */
  data: JsonObject
  errors: GraphQLFormattedError[]
  /** No string in `data` has a character that JSON escapes. */
  plain: boolean
  /** Nothing can be answered: `data` is null, whatever was fetched. */
  failed: boolean
  /** A variable as the client sent it, as JSON text; undefined when it was not sent. */
  variable: (name: string) => string | undefined
}

/** A node of the plan, compiled. */
export type Step = (run: ExecutionContext) => Promise<void>
