import type { OwnedLog } from './open-log.ts'
import type { FeedResponse } from './serve-feed.ts'

/** A request for a route of the log, independent of the web framework. `gone` is aborted when the client disconnects. */
type LogRequest = { query: URLSearchParams; body: string; gone: AbortSignal }
type LogRoute = { method: 'GET' | 'POST'; url: string; respond(request: LogRequest): Promise<FeedResponse> }

/**
 * Routes of a service's logs. `GET /log` is the feed, and `GET /log/end` says where it ends. Consumers report their positions to `POST /log/consumers`. If the
 * service has several databases, `?database=` selects one.
 */
export function logRoutes(logs: readonly OwnedLog[]): LogRoute[] {
  return [
    {
      method: 'GET',
      url: '/log',
      respond: ({ query, gone }) => withDatabase(logs, query, (log) => log.serveFeed(query, gone)),
    },
    {
      method: 'GET',
      url: '/log/end',
      respond: ({ query }) => withDatabase(logs, query, (log) => log.serveEnd()),
    },
    {
      method: 'POST',
      url: '/log/consumers',
      respond: ({ query, body }) => withDatabase(logs, query, (log) => log.serveReport(body)),
    },
  ]
}

/**
 * Responds for the database that `?database=` names. The parameter is optional if there is only one database. An unknown
 * name is refused. Otherwise the reader would take the log of another database for the one it follows.
 */
export async function withDatabase<Each extends { readonly database: string }, Response>(
  all: readonly Each[],
  query: URLSearchParams,
  respond: (one: Each) => Promise<Response>,
): Promise<Response | FeedResponse> {
  const name = query.get('database')
  const found = name === null && all.length === 1 ? all[0] : all.find(({ database }) => database === name)
  if (found) return respond(found)
  const names = all.map(({ database }) => database).join(', ')
  const message =
    name === null
      ? `This service has several databases. Add ?database=…, one of ${names}.`
      : `This service has no database ${JSON.stringify(name)}, only ${names}.`
  return { status: 400, body: JSON.stringify({ message }) }
}
