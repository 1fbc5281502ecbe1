import type { IncomingHttpHeaders } from 'node:http'
import type { Cancellation } from '../../platform/cancellation.ts'
import type { PostResponse } from '../../platform/http/json-post-server/connection.ts'
import type { HttpOperation } from './read-operation.ts'

/** A request to `/graphql`. */
export type GraphQLRequest = HttpOperation & {
  headers: IncomingHttpHeaders
  /** Names it in the log, and in errors that tell nothing else. */
  id: string
}

export type HttpResponse = PostResponse

/** @param gone tells that the client has gone away */
export type HandleRequest = (request: GraphQLRequest, gone: Cancellation) => Promise<HttpResponse>
