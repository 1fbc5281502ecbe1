import type { Client } from 'pg'
import type { TokenEntry } from '../../../contracts/consistency.ts'
import { serveFeed, type FeedResponse } from './serve-feed.ts'
import { serveReport } from './serve-report.ts'
import { retentionLoop } from './retention-loop.ts'
import { reconnectingSql } from './reconnecting-sql.ts'
import { describeOwner, entryOf, figuresOf, type OwnerFigures } from './owner-status.ts'
import type { SendCommand } from '../transports/redis/command.ts'
import { streamPublisher } from '../transports/redis/publisher.ts'
import type { Report } from './relay-options.ts'
import { startRelay } from './relay.ts'
import { createSignal, type Signal } from '../signal.ts'
import type { Publisher } from '../transports/transport.ts'

export type LogOptions = {
  /** Name of the service, and so of its database in tokens. */
  service: string
  /** Opens a connection to the primary, whose statements may take minutes. */
  connect: () => Promise<Client>
  /** Sends a command to Redis; null where there is none. */
  send: SendCommand | null
  /** Further transports. */
  publishers?: readonly Publisher[]
  report: Report
  /** Milliseconds, monotonic. */
  clock: () => number
  /** Milliseconds since 1970. */
  now: () => number
}

/** A request for a route of the log, whatever the web framework. */
type LogRequest = { query: URLSearchParams; body: string; gone: AbortSignal }
type LogRoute = { method: 'GET' | 'POST'; url: string; respond(request: LogRequest): Promise<FeedResponse> }

/** All that the owner of a change log runs. It never fails for want of the database or a transport. */
export type OwnedLog = AsyncDisposable & {
  /** To be raised after each commit that wrote events. */
  readonly written: Signal
  /** Raised after each tick of this process's relay. */
  readonly ticked: Signal
  /** `GET /log`, the feed; `POST /log/consumers`, where consumers tell how far they are. */
  readonly routes: readonly LogRoute[]
  /** What the answer to a request says that wrote these, for its consistency token. */
  entryOf(xids: readonly string[]): TokenEntry
  /** How the log is, in words, with what to do. */
  report(): Promise<string>
  figures(): Promise<OwnerFigures>
}

/** Key of the Redis stream of a service's log. */
export const streamKey = (service: string) => `log:${service}`

/** Starts the relay of a service's log, its retention, and what answers for it, until disposed. */
export function openLog(options: LogOptions): OwnedLog {
  const { service, connect, send, report, clock, now } = options
  const stack = new AsyncDisposableStack()
  const written = createSignal()
  const ticked = createSignal()
  const publishers = [
    ...(send ? [streamPublisher({ send, key: streamKey(service) })] : []),
    ...(options.publishers ?? []),
  ]
  const { sql } = stack.use(reconnectingSql(connect))
  const relay = stack.use(startRelay({ connect, written, ticked, publishers, report, clock }))
  stack.use(retentionLoop({ connect, leads: () => relay.state === 'leading', report }))
  return {
    written,
    ticked,
    routes: [
      {
        method: 'GET',
        url: '/log',
        respond: ({ query, gone }) => serveFeed({ sql, ticked, clock }, query, gone),
      },
      { method: 'POST', url: '/log/consumers', respond: ({ body }) => serveReport(sql, body) },
    ],
    entryOf: (xids) => entryOf(service, relay, xids, now),
    report: () => describeOwner(relay, sql),
    figures: () => figuresOf(relay, sql),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
