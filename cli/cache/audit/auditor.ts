import type { LogRecord } from '../../../patterns/change-log/index.ts'
import { agesOf, ninesOf } from './figures.ts'
import { History, type Fact, type Times } from './history.ts'
import type { AuditReport, CacheOutcome, StaleRead } from './report.ts'

/** A read through a gateway. */
export type Read = {
  /** For messages: what was read, and where. */
  what: string
  cache: CacheOutcome
  facts: readonly Fact[]
  /** What the clock of each database showed before the read began. */
  began: Times
  /** What the clock of each database showed after the read ended. */
  ended: Times
}

export type AuditorOptions = {
  /** How long a value may have been superseded, before the read began, and still be shown. Milliseconds. */
  boundMs: number
  /** The databases whose logs are followed. */
  databases: readonly string[]
  /** See `History`. @default the logs are known from their beginning */
  countsFrom?: (database: string, offset: number) => boolean
  onStale?: (read: StaleRead) => void
}

/** Maximum number of stale reads in a report. */
const MAX_EXAMPLES = 20

/**
 * Judges what was read through gateways by the logs of the databases. A read is stale if it shows a value that had been superseded, in the
 * time of the database, for longer than the bound before the read began. Both times are taken on the side that never blames
 * falsely: the begin is what the clock of the database showed before, and a value is superseded when its successor was surely
 * committed (see `History`). So an age is less than the true one, by the time between two ticks at most.
 *
 * It does no I/O: the caller hands over records and reads, in any order.
 */
export class Auditor {
  readonly #options: AuditorOptions
  readonly #history: History
  readonly #waiting: Read[] = []
  readonly #ages: number[] = []
  readonly #examples: StaleRead[] = []
  readonly #counts = { reads: 0, hits: 0, misses: 0, judged: 0, stale: 0 }

  constructor(options: AuditorOptions) {
    this.#options = options
    this.#history = new History(options.countsFrom ?? (() => true))
  }

  /** Applies the next records of a log, in order. */
  apply(database: string, records: readonly LogRecord[]): void {
    this.#history.apply(database, records)
    this.#judgeWaiting()
  }

  /** A log continues in another epoch, or after a gap. Reads that wait are not judged. */
  forget(): void {
    this.#history.forget()
    this.#waiting.length = 0
  }

  /** The clock of a database was set forward, to this time. Milliseconds. */
  clockWasSet(database: string, now: number): void {
    this.#history.clockWasSet(database, now)
  }

  /** Adds a read. It is judged when the logs are known up to its end. */
  add(read: Read): void {
    this.#counts.reads++
    if (read.cache === 'hit') this.#counts.hits++
    if (read.cache === 'miss') this.#counts.misses++
    this.#waiting.push(read)
  }

  report(): AuditReport {
    const { judged, stale } = this.#counts
    return {
      ...this.#counts,
      superseded: this.#ages.length,
      ages: agesOf(this.#ages),
      examples: [...this.#examples],
      pending: this.#waiting.length,
      nines: ninesOf(judged, stale),
    }
  }

  #judgeWaiting(): void {
    const isKnown = ({ ended }: Read) =>
      this.#options.databases.every(
        (name) => this.#history.knownTo(name) >= (ended.get(name) ?? Number.POSITIVE_INFINITY),
      )
    const first = this.#waiting.findIndex((read) => !isKnown(read))
    const known = this.#waiting.splice(0, first < 0 ? this.#waiting.length : first)
    for (const read of known) this.#judge(read)
  }

  #judge({ what, cache, facts, began }: Read): void {
    let judged = false
    let oldest: StaleRead | null = null
    for (const fact of facts) {
      const verdict = this.#history.judge(fact, began)
      judged ||= verdict.kind !== 'unknown'
      if (verdict.kind !== 'superseded' || verdict.ageMs <= (oldest?.ageMs ?? 0)) continue
      oldest = { ...fact, what, cache, ageMs: verdict.ageMs }
    }
    if (judged) this.#counts.judged++
    if (!oldest) return
    this.#ages.push(oldest.ageMs)
    if (oldest.ageMs <= this.#options.boundMs) return
    this.#counts.stale++
    if (this.#examples.length < MAX_EXAMPLES) this.#examples.push(oldest)
    this.#options.onStale?.(oldest)
  }
}
