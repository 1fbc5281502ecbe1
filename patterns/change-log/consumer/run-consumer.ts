import type { AppliedBatch } from './apply.ts'
import { consume, type ConsumeEnd } from './consume.ts'
import { readConsumerPosition } from './consumer-position.ts'
import type { ConsumerName, Handler } from './handler.ts'
import { createRunState, type RunStatus } from './run-status.ts'
import { healingReader } from '../transports/healing-reader.ts'
import type { Position } from '../position.ts'
import { leaveSources } from './left-sources.ts'
import { readBuild, rebuildFrom, type Copy } from './rebuild-from.ts'
import type { OpenExport } from '../export/export-text.ts'
import type { Report } from '../owner/relay-options.ts'
import { createSignal, pause, type Signal } from '../signal.ts'
import type { Sql, Transact } from '../../../contracts/sql.ts'
import type { LogReader } from '../transports/transport.ts'
import { createWaiter, type Waiter } from './wait-fresh.ts'

export type RunConsumerOptions = {
  name: ConsumerName
  feed: LogReader
  /** Null if there is none. Then all records are read from the feed. */
  transport: LogReader | null
  /** Opens an export of the owner's state. */
  openExport: OpenExport
  /** Reports the position of this consumer to the owner, which keeps the rows that the consumer still needs. */
  reportPosition: (position: Position, stop: AbortSignal) => Promise<void>
  /** The consumer's own database. */
  sql: Sql
  /** Uses separate connections, on which a transaction may be idle for as long as an export takes. */
  transact: Transact
  handler: Handler
  copy: Copy
  /**
   * Names of all logs that this consumer follows. `runConsumer` is called once for each. A log that is no longer in this list is
   * removed, and the copy is rebuilt from the others. @default not checked
   */
  sources?: readonly string[]
  /** Shared by all logs of one consumer, so that an event that waits for another log is retried at once. */
  moved?: Signal
  report: Report
  /** Monotonic clock, in milliseconds. */
  clock: () => number
  /** Called with the result of each batch, for metrics. */
  applied?: (batch: AppliedBatch) => void
  /** Interval between reports of the position to the owner. Milliseconds. @default 3000 */
  reportPositionMs?: number
  /**
   * How long the owner may be unreachable at the start without a warning, because it may be starting too. Milliseconds.
   * @default 10000
   */
  startMs?: number
  /** Wait after an error, or while another process rebuilds the copy. Milliseconds. @default 500 */
  retryMs?: number
  /** Interval between reads of the consumer's position while a reader waits for it. Milliseconds. @default 10 */
  pollMs?: number
  /** An event that waits longer for another log is reported. Milliseconds. @default 5000 */
  waitingMs?: number
}

/** A consumer that runs until it is disposed. */
export type RunningConsumer = AsyncDisposable &
  Pick<Waiter, 'fresh' | 'until'> & {
    /** Status of the consumer. Rejects if its own database does not respond. */
    status(): Promise<RunStatus>
  }

/**
 * Keeps a copy of another service's state until disposed: applies its log, rebuilds the copy when necessary, and reports
 * its position to the owner. Any number of processes may do so at the same time. The owner may be down, also at the start.
 */
export function runConsumer(options: RunConsumerOptions): RunningConsumer {
  const {
    name,
    sql,
    report,
    clock,
    startMs = 10_000,
    retryMs = 500,
    reportPositionMs = 3_000,
    pollMs = 10,
  } = options
  const startedAt = clock()
  const stopping = new AbortController()
  const stop = stopping.signal
  const committed = options.moved ?? createSignal()
  const state = createRunState(sql, name)
  const waiter = createWaiter({ sql, name, committed, clock, pollMs })
  const reader = options.transport
    ? healingReader(options.transport, options.feed, (records) => state.healed(records))
    : options.feed

  const applied = (batch: AppliedBatch) => {
    committed.raise()
    options.applied?.(batch)
  }

  async function consumeAndRebuild(): Promise<void> {
    await leave()
    while (!stop.aborted) {
      const build = await patiently(() => readBuild(sql, name), unread)
      if (build === undefined) return
      const end = await consumeLog()
      if (end !== 'stopped') await rebuild(end, build)
    }
  }

  async function leave(): Promise<void> {
    const { sources, transact, copy } = options
    if (!sources) return
    const left = await patiently(() => leaveSources(transact, name.consumer, sources, copy), unread)
    if (left && left.length > 0)
      report('warn', `${name.consumer} is rebuilt, because it no longer follows ${left.join(', ')}`)
  }

  async function consumeLog(): Promise<ConsumeEnd> {
    using watched = watchedReader(reader, () => state.begin('consuming', null))
    return await consume({ ...options, reader: watched, applied, moved: committed, retryMs }, stop)
  }

  async function rebuild(end: ConsumeEnd, build: number | null): Promise<void> {
    state.begin('rebuilding', end)
    if (end !== 'never begun') report('warn', `the copy of ${name.source} is rebuilt: the log is ${end}`)
    const done = await patiently(() => rebuildFrom(options, stop, build), unbuilt)
    if (done?.kind === 'elsewhere') await pause(retryMs, stop)
    if (done?.kind !== 'rebuilt') return
    const { epoch, offset } = done.start.position
    report(
      'info',
      `the copy of ${name.source} is built: ${done.rows} rows, offset ${offset} of epoch ${epoch}`,
    )
    state.begin('consuming', null)
    committed.raise()
    await reportPosition()
  }

  function unread(error: unknown): string {
    return `${name.consumer} cannot read its position in the log of ${name.source}: ${String(error)}`
  }

  function unbuilt(error: unknown): string {
    const message = `the copy of ${name.source} cannot be built, retrying: ${String(error)}`
    state.fail(message)
    return message
  }

  /**
   * Retries `run` until it succeeds. An error is reported once, and only if the next attempt fails with the same error.
   *
   * @returns undefined if `stop` was aborted
   */
  async function patiently<Result>(
    run: () => Promise<Result>,
    say: (error: unknown) => string,
  ): Promise<Result | undefined> {
    let last = ''
    let reported = ''
    let waited = ''
    while (!stop.aborted) {
      try {
        return await run()
      } catch (error) {
        if (stop.aborted) break
        const message = say(error)
        if (message === last && message !== reported) {
          if (clock() - startedAt >= startMs) report('warn', (reported = message))
          else if (message !== waited) report('info', (waited = message))
        }
        last = message
        await pause(retryMs, stop)
      }
    }
    return undefined
  }

  /** A failed report is ignored: the next one follows soon, and the owner keeps its rows for much longer. */
  async function reportPosition(): Promise<void> {
    const at = await readConsumerPosition(sql, name).catch(() => null)
    if (at) await options.reportPosition({ epoch: at.epoch, offset: at.offset }, stop).catch(() => {})
  }

  async function keepReporting(): Promise<void> {
    while (!stop.aborted) {
      await reportPosition()
      await pause(reportPositionMs, stop)
    }
  }

  const done = Promise.all([consumeAndRebuild(), keepReporting()])
  return {
    fresh: waiter.fresh,
    until: waiter.until,
    status: state.read,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await waiter[Symbol.asyncDispose]()
      await done
    },
  }
}

/**
 * Calls `onRecords` for each page of records: then the log continues from the position of the copy, whichever process has
 * built it. After disposal, `onRecords` is no longer called. A read that was still in progress then says nothing about a
 * copy that must be rebuilt.
 */
function watchedReader(reader: LogReader, onRecords: () => void): LogReader & Disposable {
  let over = false
  return {
    async read(...asked) {
      const page = await reader.read(...asked)
      if (page.kind === 'records' && !over) onRecords()
      return page
    },
    [Symbol.dispose]() {
      over = true
    },
  }
}
