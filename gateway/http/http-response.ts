import type { IncomingHttpHeaders } from 'node:http'
import type { Cancellation } from '../../platform/cancellation.ts'
import type { PostResponse } from '../../platform/http/json-post-server/write-response.ts'
import type { RequestRecord } from '../metrics/request-record.ts'
import type { HttpOperation } from './read-operation.ts'

/** A request to `/graphql`. */
export type GraphQLRequest = HttpOperation & {
  headers: IncomingHttpHeaders
  /** The request id in the log, in masked errors, and in the response's `x-request-id`. */
  id: string
  /** Facts about the request, for the metrics and the access log. */
  record: RequestRecord
}

export type HttpResponse = PostResponse

/** @param cancellation cancelled when the client disconnects */
export type HandleRequest = (request: GraphQLRequest, cancellation: Cancellation) => Promise<HttpResponse>
