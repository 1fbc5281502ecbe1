import type { Client } from 'pg'
import type { TokenEntry } from '../../../contracts/consistency.ts'
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
  /** Name of the database, in tokens and for readers: `users`, or `users/0` where a service has several. */
  database: string
  /** Opens a connection to the primary, whose statements may take minutes. */
  connect: () => Promise<Client>
  /** Of the transports that carry it besides the feed. */
  publishers: readonly Publisher[]
  report: Report
  /** Milliseconds, monotonic. */
  clock: () => number
  /** Milliseconds since 1970. */
  now: () => number
}

/** All that the owner of a change log runs. It never fails for want of the database or a transport. */
export type OwnedLog = AsyncDisposable & {
  readonly database: string
  /** To be raised after each commit that wrote events. */
  readonly written: Signal
  /** Raised after each tick of this process's relay. */
  readonly ticked: Signal
  /** Answers a reader of the feed, see `serveFeed`. */
  serveFeed(query: URLSearchParams, gone?: AbortSignal): Promise<FeedResponse>
  /** Answers a consumer that reports how far it is, see `serveReport`. */
  serveReport(body: string): Promise<FeedResponse>
  /** What a consistency token says of these writes. */
  entryOf(recorded: RecordedXids): TokenEntry
  /** How the log is, in words, with what to do. */
  report(): Promise<string>
  figures(): Promise<OwnerFigures>
}

/** Starts the relay of a database's log, its retention, and what answers for it, until disposed. */
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
    serveReport: (body) => serveReport(sql, body),
    entryOf: (recorded) => entryOf(database, relay, recorded, now),
    report: () => describeOwner(relay, sql),
    figures: () => figuresOf(relay, sql),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
