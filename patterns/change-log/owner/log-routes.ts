import type { OwnedLog } from './open-log.ts'
import type { FeedResponse } from './serve-feed.ts'

/** A request for a route of the log, whatever the web framework. */
type LogRequest = { query: URLSearchParams; body: string; gone: AbortSignal }
type LogRoute = { method: 'GET' | 'POST'; url: string; respond(request: LogRequest): Promise<FeedResponse> }

/**
 * Routes of a service's logs: `GET /log` is the feed, at `POST /log/consumers` consumers report how far they are. Where the
 * service has several databases, `?database=` says which.
 */
export function logRoutes(logs: readonly OwnedLog[]): LogRoute[] {
  return [
    {
      method: 'GET',
      url: '/log',
      respond: ({ query, gone }) => withDatabase(logs, query, (log) => log.serveFeed(query, gone)),
    },
    {
      method: 'POST',
      url: '/log/consumers',
      respond: ({ query, body }) => withDatabase(logs, query, (log) => log.serveReport(body)),
    },
  ]
}

/**
 * Answers for the database that `?database=` names; it may be left out where there is only one. A name that is not here is
 * refused, not passed over: its reader would take the log of another database for that of its own.
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
      ? `Several databases are here. Name one: ?database=…, of ${names}.`
      : `There is no database ${JSON.stringify(name)} here, only ${names}.`
  return { status: 400, body: JSON.stringify({ message }) }
}
