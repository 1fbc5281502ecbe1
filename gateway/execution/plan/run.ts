import type { GraphQLFormattedError } from 'graphql'
import type { Exchange } from '../exchange.ts'
import type { JsonObject } from '../json.ts'

/** The execution of one operation for one client. */
export type Run = {
  exchange: Exchange
  /** The joined answers so far; the steps of the plan fill it. */
  data: JsonObject
  errors: GraphQLFormattedError[]
  /** A variable as the client sent it, as JSON text; undefined when it was not sent. */
  variable: (name: string) => string | undefined
  /** A variable with its default, for the conditions of the plan. */
  condition: (name: string) => boolean
}

/** A node of the plan, compiled. */
export type Step = (run: Run) => Promise<void>
