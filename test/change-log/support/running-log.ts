import { Client } from 'pg'
import { expect } from 'vitest'
import { feedReader, getByFetch } from '../../../patterns/change-log/transports/feed-reader.ts'
import type { Position } from '../../../patterns/change-log/position.ts'
import type { LogRecord } from '../../../patterns/change-log/record.ts'
import type { RelayOptions } from '../../../patterns/change-log/owner/relay-options.ts'
import { retain } from '../../../patterns/change-log/owner/retention.ts'
import { startRelay, type Relay } from '../../../patterns/change-log/owner/relay.ts'
import { createSignal, type Signal } from '../../../patterns/change-log/signal.ts'
import type { LogReader, Publisher } from '../../../patterns/change-log/transports/transport.ts'
import { serveFeed } from './feed-server.ts'
import { openLog, type LogDatabase, type Session } from './log-database.ts'
import { TIMEOUT_MS } from '../../support/timeout.ts'

export type RunningLog = AsyncDisposable & {
  database: LogDatabase
  session: Session
  epoch: number
  /** What a service raises after a commit. */
  written: Signal
  ticked: Signal
  feed: LogReader
  /** What relays had to say. */
  said: string[]
  /** Starts a relay. Stopped at the end, if not before. */
  relay(publishers?: readonly Publisher[], options?: Partial<RelayOptions>): Relay
}

/** A log whose feed is served; relays are started by the test. */
export async function runLog(): Promise<RunningLog> {
  await using stack = new AsyncDisposableStack()
  const log = stack.use(await openLog())
  const [written, ticked, said] = [createSignal(), createSignal(), new Array<string>()]
  const reading = await log.database.session()
  const clock = () => performance.now()
  const { url } = stack.use(await serveFeed({ sql: reading.sql, ticked, clock }))
  const connect = async () => {
    const client = new Client({ connectionString: log.database.url, application_name: 'relay' })
    client.on('error', () => {})
    await client.connect()
    return client
  }
  const opened = stack.move()
  return {
    database: log.database,
    session: log.relay,
    epoch: log.epoch,
    written,
    ticked,
    feed: feedReader(url, getByFetch),
    said,
    relay(publishers = [], options = {}) {
      const report = (_: string, message: string) => void said.push(message)
      const quick = { heartbeatMs: 200, retryMs: 20, pollMs: 50 }
      return opened.use(
        startRelay({ connect, written, ticked, publishers, report, clock, ...quick, ...options }),
      )
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Deletes the log beyond an offset, as retention does with a consumer that is away for too long. */
export async function expire({ session: { sql } }: RunningLog, offset: number): Promise<void> {
  await expect
    .poll(async () => {
      await retain(sql, { minAgeMs: 0, maxAgeMs: 0 })
      const [row] = await sql<{ base: string }>('select min(base) as base from tick')
      return Number(row?.base)
    })
    .toBeGreaterThan(offset + 1)
}

/** Reads until there have been `count` events after a position; heartbeats come as they like. */
export async function readEvents(reader: LogReader, after: Position, count: number): Promise<LogRecord[]> {
  const records: LogRecord[] = []
  const late = AbortSignal.timeout(TIMEOUT_MS)
  for (let at = after; records.filter(({ kind }) => kind === 'event').length < count;) {
    const page = await reader.read(at, 100, 500)
    if (page.kind !== 'records') throw new Error(`the log is ${page.kind}`)
    if (late.aborted) throw new Error(`only ${records.length} records after ${JSON.stringify(after)}`)
    records.push(...page.records)
    at = { epoch: at.epoch, offset: page.records.at(-1)?.offset ?? at.offset }
  }
  return records
}

/** The payloads of the events among the records. */
export function payloads(records: readonly LogRecord[]): unknown[] {
  return records.flatMap((record) => (record.kind === 'event' ? [record.payload] : []))
}
