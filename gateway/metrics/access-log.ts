import type { IncomingHttpHeaders } from 'node:http'
import type { Log } from '../../platform/log.ts'
import type { RequestRecord } from './request-record.ts'

/** An HTTP request and its response. */
export type Access = {
  id: string
  method: string
  url: string
  headers: IncomingHttpHeaders
  status: number
  /** Size of the response body. */
  bytes: number
  ms: number
  /** The client closed the connection before it had the response. */
  aborted: boolean
  /** Null for other paths than `/graphql`. */
  record: RequestRecord | null
}

/** Maximum length of a text that a client chooses, in characters. Longer texts are cut. */
const MAX_LENGTH = 200

/**
 * Logs one line for each request. The line does not identify a person: it has no address, no user agent, no token and no id of
 * the viewer. It has neither the query nor its variables. It also omits the query string of the URL, because a GET has them
 * there.
 */
export function logAccess(log: Log, access: Access): void {
  const { id, method, url, headers, status, bytes, ms, aborted, record } = access
  const client = headers['apollographql-client-name'] ?? headers['graphql-client-name']
  const version = headers['apollographql-client-version'] ?? headers['graphql-client-version']
  log.info(
    {
      requestId: id,
      method,
      path: cut(url.split('?', 1)[0] ?? ''),
      status,
      bytes,
      ms: Math.round(ms * 1_000) / 1_000,
      ...(aborted && { aborted }),
      ...(client !== undefined && { client: cut(String(client)) }),
      ...(version !== undefined && { clientVersion: cut(String(version)) }),
      ...(record && {
        operationType: record.operationType,
        operationName: record.operationName === null ? null : cut(record.operationName),
        errorCodes: [...new Set(record.errorCodes)],
        viewer: record.hasViewer,
        ...(record.sharedFetches.length > 0 && { sharedFetches: record.sharedFetches }),
      }),
    },
    'request',
  )
}

function cut(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text
}
