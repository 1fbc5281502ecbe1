import type { IncomingHttpHeaders } from 'node:http'
import type { Cancellation } from '../subgraph-client/cancellation.ts'
import type { HttpOperation } from './read-operation.ts'

/** A request to `/graphql`. */
export type GraphQLRequest = HttpOperation & {
  headers: IncomingHttpHeaders
  /** Names it in the log, and in errors that tell nothing else. */
  id: string
}

export type HttpAnswer = {
  status: number
  /** Names and values in turn, as node takes them. */
  headers: string[]
  text: string
}

/** @param cancellation tells that the client has gone away */
export type AnswerRequest = (request: GraphQLRequest, cancellation: Cancellation) => Promise<HttpAnswer>
