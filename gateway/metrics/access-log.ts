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
  /** Size of the response's body. */
  bytes: number
  ms: number
  /** The client has closed the connection before its response. */
  aborted: boolean
  /** Null for requests of other paths than `/graphql`. */
  record: RequestRecord | null
}

/** What clients choose is cut at this length, in characters. */
const MAX_LENGTH = 200

/**
 * Logs one line for each request. It names no person: no address, no user agent, no token, not who the viewer is. It has
 * neither the query nor its variables, nor the search part of the URL, which has them in a GET.
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
