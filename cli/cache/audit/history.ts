import type { LogRecord } from '../../../patterns/change-log/index.ts'
import { changesOf, type Change, type Value } from './registers.ts'

/** A value that a response has shown. */
export type Fact = { register: string; value: Value }

/** Times by the name of the database, in milliseconds of its own clock. */
export type Times = ReadonlyMap<string, number>

/**
 * - `unknown`: the logs do not say when the value was the right one
 * - `current`: it may have been the right one when the read began, or became it later
 * - `superseded`: it had been replaced for at least `ageMs` milliseconds when the read began
 */
export type Verdict = { kind: 'unknown' | 'current' } | { kind: 'superseded'; ageMs: number }

/** A value of a register. It replaced the one before at the time `by` of the database, or earlier. */
type Segment = { value: Value; database: string; by: number }
type Followed = { knownTo: number; floor: number; untimed: Segment[]; fresh: Segment[] }

/**
 * What the logs say: each value of each register, and until when it was the right one. Law: a value is never judged older
 * than it is. The time of a change is therefore an upper bound: the time of the tick after the one that has the event, because that
 * tick began when the transaction was committed.
 */
export class History {
  readonly #registers = new Map<string, Segment[]>()
  readonly #followed = new Map<string, Followed>()
  #countsFrom: (database: string, offset: number) => boolean

  /**
   * @param countsFrom whether nothing of a user or post that was created at this offset is missing in the logs that follow. Only
   *   then its counts are known: they begin at 0
   */
  constructor(countsFrom: (database: string, offset: number) => boolean) {
    this.#countsFrom = countsFrom
  }

  /** Applies the next records of a log, in order. */
  apply(database: string, records: readonly LogRecord[]): void {
    const log = this.#logOf(database)
    for (const record of records) {
      if (record.kind === 'control') {
        for (const segment of log.untimed) segment.by = record.time
        log.untimed = log.fresh
        log.fresh = []
        log.knownTo = record.time
        continue
      }
      for (const change of changesOf(record)) {
        if (change.kind === 'begin' && !this.#countsFrom(database, record.offset)) continue
        const segment = this.#change(change, database)
        if (segment) log.fresh.push(segment)
      }
    }
  }

  /** Every transaction that the database committed by this time is known. Milliseconds. */
  knownTo(database: string): number {
    return this.#followed.get(database)?.knownTo ?? Number.NEGATIVE_INFINITY
  }

  /** The clock of a database was set forward, to this time. No change is older than that, as far as this clock can say. */
  clockWasSet(database: string, now: number): void {
    this.#logOf(database).floor = now
  }

  /** A log continues elsewhere, and what is between is not known: begins anew. Counts are not known any more. */
  forget(): void {
    this.#countsFrom = () => false
    this.#registers.clear()
    for (const log of this.#followed.values()) Object.assign(log, { untimed: [], fresh: [] })
  }

  /** @param began times before the read began */
  judge({ register, value }: Fact, began: Times): Verdict {
    const segments = this.#registers.get(register) ?? []
    const found = segments.findLastIndex((segment) => segment.value === value)
    if (found >= 0 && found === segments.length - 1) return { kind: 'current' }
    const next = found >= 0 ? segments[found + 1] : laterVersion(register, segments[0], value)
    const at = next && began.get(next.database)
    if (!next || at === undefined) return { kind: 'unknown' }
    const ageMs = at - Math.max(next.by, this.#logOf(next.database).floor)
    return ageMs > 0 ? { kind: 'superseded', ageMs } : { kind: 'current' }
  }

  #logOf(database: string): Followed {
    let log = this.#followed.get(database)
    if (!log) {
      const never = Number.NEGATIVE_INFINITY
      this.#followed.set(database, (log = { knownTo: never, floor: never, untimed: [], fresh: [] }))
    }
    return log
  }

  #change(change: Change, database: string): Segment | null {
    const segments = this.#registers.get(change.register) ?? []
    if (segments.length === 0 && change.kind === 'set' && change.before !== undefined) {
      segments.push({ value: change.before, database, by: Number.NEGATIVE_INFINITY })
    }
    const last = segments.at(-1)?.value
    if (change.kind === 'add' && typeof last !== 'number') return null
    const value =
      change.kind === 'set' ? change.value : change.kind === 'begin' ? 0 : Number(last) + change.by
    const segment = { value, database, by: Number.POSITIVE_INFINITY }
    segments.push(segment)
    this.#registers.set(change.register, segments)
    return segment
  }
}

/** Versions grow, so a lower one than the first that is known was replaced when that one came, or before. */
function laterVersion(register: string, first: Segment | undefined, shown: Value): Segment | undefined {
  const isVersion = register.startsWith('version of ')
  const lower = typeof shown === 'number' && typeof first?.value === 'number' && shown < first.value
  return isVersion && lower ? first : undefined
}
