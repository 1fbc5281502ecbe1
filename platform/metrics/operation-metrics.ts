import { Counter } from './counter.ts'
import { DurationHistogram } from './duration-histogram.ts'
import type { Labels, Sample } from './sampled.ts'

/**
 * `success`: without errors. `errors`: executed, with errors. `refused`: not executed, because of a fault that the client
 * can fix. `failure`: an HTTP status of 500 or more.
 */
export type Outcome = 'success' | 'errors' | 'refused' | 'failure'

const OUTCOMES: readonly Outcome[] = ['success', 'errors', 'refused', 'failure']

export function outcomeOf(
  { executed, errorCodes }: { executed: boolean; errorCodes: readonly unknown[] },
  status: number,
): Outcome {
  if (status >= 500) return 'failure'
  if (errorCodes.length === 0 && status < 400) return 'success'
  return executed ? 'errors' : 'refused'
}

/** Maximum number of operation names with their own time series. It is needed because clients choose the names. */
const MAX_NAMES = 200
/** Longer names are not used as labels. */
const MAX_LENGTH = 100

/** `type` is null if the request was refused before its operation was found. */
export type OperationLabel = { type: string | null; name: string | null }

type Entry = { labels: Labels; outcomes: Counter<Outcome>; duration: DurationHistogram }

/**
 * Requests by operation: their number, outcome and duration. The first names get their own series. Later names count as
 * `other`, and operations without a name as `anonymous`.
 */
export class OperationMetrics {
  readonly #byName: boolean
  readonly #maxNames: number
  readonly #entries = new Map<string, Map<string, Entry>>()
  #names = 0

  /** @param maxNames maximum number of names. With 0, names are ignored. */
  constructor(maxNames: number = MAX_NAMES) {
    this.#byName = maxNames > 0
    this.#maxNames = maxNames
  }

  record(operation: OperationLabel, outcome: Outcome, ms: number): void {
    const { outcomes, duration } = this.#entryOf(operation)
    outcomes.add(outcome)
    duration.observe(ms)
  }

  #entryOf({ type: known, name: given }: OperationLabel): Entry {
    const type = known ?? 'unknown'
    let entries = this.#entries.get(type)
    if (!entries) this.#entries.set(type, (entries = new Map()))
    const name = known === null || !this.#byName ? '' : (given ?? 'anonymous')
    const entry = entries.get(name)
    if (entry) return entry
    if (name === '' || given === null) return this.#add(entries, type, name)
    if (name.length <= MAX_LENGTH && this.#names < this.#maxNames) {
      this.#names++
      return this.#add(entries, type, name)
    }
    return entries.get('other') ?? this.#add(entries, type, 'other')
  }

  #add(entries: Map<string, Entry>, type: string, name: string): Entry {
    const labels = { operation_type: type, ...(this.#byName && { operation: name || 'unknown' }) }
    const entry = { labels, outcomes: new Counter('outcome', OUTCOMES), duration: new DurationHistogram() }
    entries.set(name, entry)
    return entry
  }

  *requests(): Iterable<Sample> {
    for (const { outcomes, labels } of this.#all()) yield* outcomes.samples(labels)
  }

  *durations(name: string): Iterable<Sample> {
    for (const { duration, labels } of this.#all()) yield* duration.samples(name, labels)
  }

  *#all(): Iterable<Entry> {
    for (const entries of this.#entries.values()) yield* entries.values()
  }
}
