import type { IncomingHttpHeaders } from 'node:http'
import type { Cancellation } from '../../platform/cancellation.ts'
import type { PostAnswer } from '../../platform/http/plain-posts/connection.ts'
import type { HttpOperation } from './read-operation.ts'

/** A request to `/graphql`. */
export type GraphQLRequest = HttpOperation & {
  headers: IncomingHttpHeaders
  /** Names it in the log, and in errors that tell nothing else. */
  id: string
}

export type HttpAnswer = PostAnswer

/** @param gone tells that the client has gone away */
export type AnswerRequest = (request: GraphQLRequest, gone: Cancellation) => Promise<HttpAnswer>
