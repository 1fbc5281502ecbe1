import type { AppliedBatch } from './apply.ts'
import { consume, type ConsumeEnd } from './consume.ts'
import { readConsumerPosition } from './consumer-position.ts'
import type { ConsumerName, Handler, Transact } from './handler.ts'
import { createFollowState, type FollowStatus } from './follow-status.ts'
import { healingReader } from '../transports/healing-reader.ts'
import type { Position } from '../position.ts'
import { leaveSources } from './left-sources.ts'
import { readBuild, rebuildFrom, type Copy } from './rebuild-from.ts'
import type { OpenExport } from '../export/export-text.ts'
import type { Report } from '../owner/relay-options.ts'
import { createSignal, pause, type Signal } from '../signal.ts'
import type { Sql } from '../sql-port.ts'
import type { LogReader } from '../transports/transport.ts'
import { createWaiter, type Waiter } from './wait-fresh.ts'

export type FollowOptions = {
  name: ConsumerName
  feed: LogReader
  /** Null where there is none: the feed alone will do. */
  transport: LogReader | null
  /** Of the owner's state. */
  openExport: OpenExport
  /** Tells the owner how far this consumer is, which keeps what it still needs. */
  tell: (position: Position, stop: AbortSignal) => Promise<void>
  /** The consumer's own database. */
  sql: Sql
  /** On connections of their own, whose transactions may idle for as long as an export takes. */
  transact: Transact
  handler: Handler
  copy: Copy
  /**
   * All logs that this consumer follows, each by a follower of its own. A log that is not among them any more is removed,
   * and the copy rebuilt from the others. @default not checked
   */
  sources?: readonly string[]
  /** Shared by the followers of one consumer, so that an event that waits for another log is tried again at once. */
  moved?: Signal
  report: Report
  /** Milliseconds, monotonic. */
  clock: () => number
  /** Told what became of each batch, for metrics. */
  applied?: (batch: AppliedBatch) => void
  /** From one report to the owner to the next. Milliseconds. @default 3000 */
  tellMs?: number
  /** How long the owner may be unreachable at the start without a warning: it may be starting too. Milliseconds. @default 10000 */
  startMs?: number
  /** Wait after an error, and while another process does the same. Milliseconds. @default 500 */
  retryMs?: number
  /** Between looks at the consumer's place while somebody waits for it. Milliseconds. @default 10 */
  pollMs?: number
  /** An event that waits for another log for longer is reported. Milliseconds. @default 5000 */
  waitingMs?: number
}

/** A consumer that runs for ever. */
export type Follower = AsyncDisposable &
  Pick<Waiter, 'fresh' | 'until'> & {
    /** How it is. Rejects when its own database does not answer. */
    status(): Promise<FollowStatus>
  }

/**
 * Keeps a copy of what another service owns, until disposed: applies its log, rebuilds the copy when it must, and tells
 * the owner how far it is. Any number of processes may do so at once. The owner may be down, also at the start.
 */
export function followLog(options: FollowOptions): Follower {
  const { name, sql, report, clock, startMs = 10_000, retryMs = 500, tellMs = 3_000, pollMs = 10 } = options
  const startedAt = clock()
  const stopping = new AbortController()
  const stop = stopping.signal
  const committed = options.moved ?? createSignal()
  const state = createFollowState(sql, name)
  const waiter = createWaiter({ sql, name, committed, clock, pollMs })
  const reader = options.transport
    ? healingReader(options.transport, options.feed, (records) => state.healed(records))
    : options.feed

  const applied = (batch: AppliedBatch) => {
    committed.raise()
    options.applied?.(batch)
  }

  async function follow(): Promise<void> {
    await leave()
    while (!stop.aborted) {
      const build = await patiently(() => readBuild(sql, name), unread)
      if (build === undefined) return
      const end = await consumeFollowed()
      if (end !== 'stopped') await rebuild(end, build)
    }
  }

  async function leave(): Promise<void> {
    const { sources, transact, copy } = options
    if (!sources) return
    const left = await patiently(() => leaveSources(transact, name.consumer, sources, copy), unread)
    if (left && left.length > 0)
      report('warn', `${name.consumer} is rebuilt, as it does not follow ${left.join(', ')} any more`)
  }

  async function consumeFollowed(): Promise<ConsumeEnd> {
    using followed = followedReader(reader, () => state.begin('following', null))
    return await consume({ ...options, reader: followed, applied, moved: committed, retryMs }, stop)
  }

  async function rebuild(end: ConsumeEnd, build: number | null): Promise<void> {
    state.begin('rebuilding', end)
    if (end !== 'never begun') report('warn', `the copy of ${name.source} is built anew: the log is ${end}`)
    const done = await patiently(() => rebuildFrom(options, stop, build), unbuilt)
    if (done?.kind === 'elsewhere') await pause(retryMs, stop)
    if (done?.kind !== 'rebuilt') return
    const { epoch, offset } = done.start.position
    report(
      'info',
      `the copy of ${name.source} is built: ${done.rows} rows, offset ${offset} of epoch ${epoch}`,
    )
    state.begin('following', null)
    committed.raise()
    await tell()
  }

  function unread(error: unknown): string {
    return `${name.consumer} cannot read how far it has come in the log of ${name.source}: ${String(error)}`
  }

  function unbuilt(error: unknown): string {
    const message = `the copy of ${name.source} cannot be built for now: ${String(error)}`
    state.fail(message)
    return message
  }

  /** Until it succeeds; what lasts is said once, and what the next attempt mends is not. Undefined: it was to stop. */
  async function patiently<Result>(
    run: () => Promise<Result>,
    say: (error: unknown) => string,
  ): Promise<Result | undefined> {
    let last = ''
    let told = ''
    let waited = ''
    while (!stop.aborted) {
      try {
        return await run()
      } catch (error) {
        if (stop.aborted) break
        const message = say(error)
        if (message === last && message !== told) {
          if (clock() - startedAt >= startMs) report('warn', (told = message))
          else if (message !== waited) report('info', (waited = message))
        }
        last = message
        await pause(retryMs, stop)
      }
    }
    return undefined
  }

  /** One that fails does no harm: the next one comes soon, and the owner keeps what it has for much longer. */
  async function tell(): Promise<void> {
    const at = await readConsumerPosition(sql, name).catch(() => null)
    if (at) await options.tell({ epoch: at.epoch, offset: at.offset }, stop).catch(() => {})
  }

  async function keepTelling(): Promise<void> {
    while (!stop.aborted) {
      await tell()
      await pause(tellMs, stop)
    }
  }

  const done = Promise.all([follow(), keepTelling()])
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
 * Tells when the log goes on from where the copy is: then it is followed, whichever process has built it. Disposed, it
 * tells no more: what is still being read says nothing of a copy that must be rebuilt.
 */
function followedReader(reader: LogReader, followed: () => void): LogReader & Disposable {
  let over = false
  return {
    async read(...asked) {
      const page = await reader.read(...asked)
      if (page.kind === 'records' && !over) followed()
      return page
    },
    [Symbol.dispose]() {
      over = true
    },
  }
}
