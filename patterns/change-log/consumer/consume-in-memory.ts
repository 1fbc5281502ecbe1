import { isCovered, notIn } from './apply.ts'
import { readExport } from '../export/export-text.ts'
import { healingReader } from '../transports/healing-reader.ts'
import type { Position } from '../position.ts'
import type { OpenExport } from '../export/export-text.ts'
import type { EventRecord, LogRecord } from '../record.ts'
import type { Report } from '../owner/relay-options.ts'
import { createSignal, pause } from '../signal.ts'
import type { LogReader } from '../transports/transport.ts'

export type MemoryConsumerOptions = {
  /** Name of the data, for messages: `the list of ended sessions`. */
  what: string
  feed: LogReader
  /** Null if there is none. Then all records are read from the feed. */
  transport: LogReader | null
  /** Opens an export of the owner's state. */
  openExport: OpenExport
  /** Replaces the data with the owner's whole state. Called at the start, and whenever the log cannot be continued. */
  load(rows: readonly unknown[]): void
  /** Applies events that are not part of the loaded state, in order. If it throws, the state is loaded again. */
  apply(events: readonly EventRecord[]): void
  report: Report
  /** Monotonic clock, in milliseconds. */
  clock: () => number
  /** Maximum wait for records: two heartbeats of the relay. Milliseconds. @default 2000 */
  waitMs?: number
  /** Wait after an error. Milliseconds. @default 500 */
  retryMs?: number
  /**
   * A log without any record for this long has stopped, because a working relay writes heartbeats. Milliseconds.
   * @default 5000
   */
  stillMs?: number
  /**
   * How long the first load may fail without a warning, because the owner may be starting too. Milliseconds. @default 10000
   */
  startMs?: number
}

export type MemoryConsumer = AsyncDisposable & {
  /** Whether the state was loaded at least once. */
  readonly loaded: boolean
  /** Why the data may be out of date. Null while the log is consumed. */
  readonly fault: string | null
  /** Resolves after the first attempt to load the state, whether it succeeded or not. */
  readonly tried: Promise<void>
}

/** Maximum number of records in one page. */
const LIMIT = 1_000

type Place = { position: Position; exported: string | null }

/**
 * Keeps a copy of another service's state in memory until disposed, for a process without a database. It loads the owner's
 * export, then follows the log by offsets. No committed event is missed, however late its transaction commits. If the log
 * makes no progress (it is refused, or no relay leads), the export is loaded repeatedly, because then only the export has
 * new changes.
 */
export function consumeInMemory(options: MemoryConsumerOptions): MemoryConsumer {
  const { what, clock, report, waitMs = 2_000, retryMs = 500, stillMs = 5_000, startMs = 10_000 } = options
  const stopping = new AbortController()
  const stop = stopping.signal
  const reader = options.transport ? healingReader(options.transport, options.feed, () => {}) : options.feed
  const tried = createSignal()
  let place: Place | null = null
  let loaded = false
  let fault: string | null = null
  let still = false
  /** Level at which `fault` was reported. Null if it was not reported. */
  let reported: 'info' | 'warn' | null = null
  const startedAt = clock()
  let movedAt = startedAt

  async function load(): Promise<void> {
    using opened = await readExport(options.openExport, stop)
    const batches: (readonly unknown[])[] = []
    for await (const batch of opened.rows) batches.push(batch)
    // The export is complete only after its last batch, so the data is replaced only now.
    options.load(batches.flat())
    const { position, snapshot } = opened.start
    place = { position, exported: snapshot }
    loaded = true
    movedAt = clock()
    if (!still) recover()
  }

  async function consumePage({ position, exported }: Place): Promise<void> {
    const page = await reader.read(position, LIMIT, waitMs, stop)
    if (stop.aborted) return
    if (page.kind !== 'records') return loadAgain(`the log is ${page.kind}`)
    const { records } = page
    if (records.length === 0) {
      if (clock() - movedAt > stillMs) standStill()
      return
    }
    requireDense(records, position.offset)
    try {
      options.apply(records.filter((record) => record.kind === 'event').filter(notIn(exported)))
    } catch (error) {
      return loadAgain(`an event cannot be applied: ${String(error)}`)
    }
    const control = records.findLast((record) => record.kind === 'control')
    place = {
      position: { epoch: position.epoch, offset: position.offset + records.length },
      exported: control && isCovered(exported, control.cur) ? null : exported,
    }
    movedAt = clock()
    still = false
    recover()
  }

  async function loadAgain(reason: string): Promise<void> {
    place = null
    report('info', `${what} is reloaded: ${reason}`)
    await pause(retryMs, stop)
  }

  function standStill(): void {
    place = null
    still = true
    fail('its log makes no progress; it is reloaded every few seconds')
  }

  /** Reports a fault once. At the start it is a warning only after `startMs`, because the owner may be starting too. */
  function fail(reason: string): void {
    const late = loaded || clock() - startedAt >= startMs
    if (reported === null || (reported === 'info' && late)) {
      reported = late ? 'warn' : 'info'
      const state = loaded ? 'may be out of date' : 'is not loaded yet'
      report(reported, `${what} ${state}: ${reason}`)
    }
    fault = reason
  }

  function recover(): void {
    if (reported !== null) report('info', `${what} is up to date${reported === 'warn' ? ' again' : ''}`)
    fault = null
    reported = null
  }

  async function run(): Promise<void> {
    while (!stop.aborted) {
      try {
        await (place ? consumePage(place) : load())
      } catch (error) {
        if (stop.aborted) break
        fail(error instanceof Error ? error.message : String(error))
        tried.raise()
        await pause(retryMs, stop)
      }
      tried.raise()
    }
  }

  const done = run()
  return {
    get loaded() {
      return loaded
    },
    get fault() {
      return fault
    },
    tried: tried.after(0, 2 ** 31 - 1, stop),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await done
    },
  }
}

function requireDense(records: readonly LogRecord[], after: number): void {
  const wrong = records.find((record, i) => record.offset !== after + 1 + i)
  if (wrong) throw new Error(`offset ${wrong.offset} does not follow offset ${after}`)
}
