import type { LogRecord, Position } from '../../../patterns/change-log/index.ts'

export const DATABASES = ['d/0', 'd/1'] as const
export type Database = (typeof DATABASES)[number]

/** The facets that live in each database. */
export const FACETS: Readonly<Record<Database, readonly string[]>> = {
  'd/0': ['x', 'y', 'z'],
  'd/1': ['p', 'q'],
}

/** A committed transaction. `version` is the new version of its facets, and its xid. */
export type Write = {
  facets: readonly string[]
  version: number
  /** As in an event. */
  touches: readonly string[] | null
}

type Log = {
  epoch: number
  records: LogRecord[]
  /** The versions of the facets after each record; at index 0, before the first one. */
  versions: ReadonlyMap<string, number>[]
  /** Committed, but not yet published. */
  pending: Write[]
}

/** Databases whose rows are facets with a version, and their logs. */
export function modelledLogs() {
  const rows = new Map<string, number>()
  const logs = new Map(DATABASES.map((name) => [name, emptyLog(1)]))
  let version = 0

  function emptyLog(epoch: number): Log {
    return { epoch, records: [], versions: [new Map(rows)], pending: [] }
  }

  function logOf(database: Database): Log {
    const log = logs.get(database)
    if (!log) throw new Error(`not a database: ${database}`)
    return log
  }

  function add(log: Log, record: LogRecord, changes: readonly [string, number][]): void {
    log.records.push(record)
    log.versions.push(new Map([...(log.versions.at(-1) ?? []), ...changes]))
  }

  return {
    rows,
    /** A write that is not committed yet. */
    newWrite: (facets: readonly string[], all: boolean): Write => ({
      facets,
      version: ++version,
      touches: all ? null : facets,
    }),
    commit(write: Write): void {
      for (const facet of write.facets) rows.set(facet, write.version)
    },
    queue: (database: Database, write: Write) => void logOf(database).pending.push(write),
    /** Ends a tick. */
    publish(database: Database): void {
      const log = logOf(database)
      for (const { facets, touches, version: xid } of log.pending.splice(0)) {
        const rest = { key: 'k', type: 't', version: 1, payload: null, headers: {}, time: 0 }
        add(
          log,
          { kind: 'event', offset: log.records.length + 1, xid: `${xid}`, touches, ...rest },
          facets.map((facet) => [facet, xid]),
        )
      }
      const cur = `${version + 1}:${version + 1}:`
      const offset = log.records.length + 1
      add(log, { kind: 'control', offset, n: offset, cur, time: 1 }, [])
    },
    /** Offsets start again. */
    startEpoch: (database: Database) => void logs.set(database, emptyLog(logOf(database).epoch + 1)),
    topOf: (database: Database): Position => {
      const { epoch, records } = logOf(database)
      return { epoch, offset: records.length }
    },
    /** Up to `count` records after a position of the current epoch. */
    recordsAfter: (database: Database, { offset }: Position, count: number) =>
      logOf(database).records.slice(offset, offset + count),
    /** The version of a facet at a position. Null if the log no longer has it. */
    versionAt(facet: string, { epoch, offset }: Position): number | null {
      const log = logOf(databaseOf(facet))
      return epoch === log.epoch ? (log.versions[offset]?.get(facet) ?? 0) : null
    },
  }
}

export function databaseOf(facet: string): Database {
  return DATABASES.find((database) => FACETS[database].includes(facet)) ?? 'd/0'
}
