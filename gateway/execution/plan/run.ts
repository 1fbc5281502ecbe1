import type { GraphQLFormattedError } from 'graphql'
import type { Exchange } from '../exchange.ts'
import type { JsonObject } from '../json.ts'

/** The execution of one operation for one client. */
export type Run = {
  exchange: Exchange
  /** The joined answers so far; the steps of the plan fill it. */
  data: JsonObject
  errors: GraphQLFormattedError[]
  /** Nothing can be answered: `data` is null, whatever was fetched. */
  failed: boolean
  /** A variable as the client sent it, as JSON text; undefined when it was not sent. */
  variable: (name: string) => string | undefined
}

/** A node of the plan, compiled. */
export type Step = (run: Run) => Promise<void>
