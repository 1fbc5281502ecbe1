import type { Client } from 'pg'
import type { TokenEntry } from '../../../contracts/consistency.ts'
import { readEnd } from './read-end.ts'
import { serveFeed, type FeedResponse } from './serve-feed.ts'
import { serveReport } from './serve-report.ts'
import { retentionLoop } from './retention-loop.ts'
import { reconnectingSql } from './reconnecting-sql.ts'
import { describeOwner, entryOf, figuresOf, type OwnerFigures, type RecordedXids } from './owner-status.ts'
import type { Report } from './relay-options.ts'
import { startRelay } from './relay.ts'
import { createSignal, type Signal } from '../signal.ts'
import type { Publisher } from '../transports/transport.ts'

export type LogOptions = {
  /** Name of the database, in tokens and for readers: `users`, or `users/0` if a service has several. */
  database: string
  /** Opens a connection to the primary, on which a statement may take minutes. */
  connect: () => Promise<Client>
  /** Publishers of the transports that carry the log besides the feed. */
  publishers: readonly Publisher[]
  report: Report
  /** Monotonic clock, in milliseconds. */
  clock: () => number
  /** Wall clock, in milliseconds since 1970. */
  now: () => number
}

/** Everything that the owner of a change log runs. It does not fail if the database or a transport is unavailable. */
export type OwnedLog = AsyncDisposable & {
  readonly database: string
  /** Must be raised after each commit whose xid a client may have, also without events. */
  readonly written: Signal
  /** Raised after each tick of this process's relay. */
  readonly ticked: Signal
  /** Responds to a reader of the feed; see `serveFeed`. */
  serveFeed(query: URLSearchParams, gone?: AbortSignal): Promise<FeedResponse>
  /** Responds with the end of the log as JSON; see `LogEnd`. */
  serveEnd(): Promise<FeedResponse>
  /** Responds to a consumer that reports its position; see `serveReport`. */
  serveReport(body: string): Promise<FeedResponse>
  /** The entry of a consistency token for these writes. */
  entryOf(recorded: RecordedXids): TokenEntry
  /** Status of the log as text, with what to do. */
  report(): Promise<string>
  figures(): Promise<OwnerFigures>
}

/** Starts the relay and the retention of a database's log, and serves its feed, reports and figures, until disposed. */
export function openLog(options: LogOptions): OwnedLog {
  const { database, connect, publishers, report, clock, now } = options
  const stack = new AsyncDisposableStack()
  const written = createSignal()
  const ticked = createSignal()
  const { sql } = stack.use(reconnectingSql(connect))
  const relay = stack.use(startRelay({ connect, written, ticked, publishers, report, clock }))
  stack.use(retentionLoop({ connect, leads: () => relay.state === 'leading', report }))
  return {
    database,
    written,
    ticked,
    serveFeed: (query, gone) => serveFeed({ sql, ticked, clock }, query, gone),
    serveEnd: async () => ({ status: 200, body: JSON.stringify(await readEnd(sql)) }),
    serveReport: (body) => serveReport(sql, body),
    entryOf: (recorded) => entryOf(database, relay, recorded, now),
    report: () => describeOwner(relay, sql),
    figures: () => figuresOf(relay, sql),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
