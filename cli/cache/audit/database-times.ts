import { pause } from '../../../patterns/change-log/index.ts'
import type { Sql } from '../../../contracts/sql.ts'
import type { Times } from './history.ts'

/** The clocks of the databases, which are read all the time. */
export type DatabaseTimes = AsyncDisposable & {
  /** What the clocks showed before now. */
  readonly last: Times
  /** Resolves with what the clocks showed after the call. */
  next(): Promise<Times>
}

export type DatabaseTimesOptions = {
  databases: ReadonlyMap<string, Sql>
  /** Monotonic clock, in milliseconds. */
  clock: () => number
  /** Called if the clock of a database was set forward, with its time since then. */
  wasSet: (database: string, now: number) => void
  /** Wait between two readings. Milliseconds. @default 25 */
  everyMs?: number
}

type Reading = { time: number; sentAt: number }

/** Clocks that are not set run at the same rate to within this part. */
const DRIFT = 0.000_1
/** Time of the database is rounded to milliseconds. */
const ROUNDING_MS = 2

/** Reads the clocks until disposed. Resolves after the first readings. @throws Error if a database does not respond at first */
export async function readDatabaseTimes(options: DatabaseTimesOptions): Promise<DatabaseTimes> {
  const { databases, clock, wasSet, everyMs = 25 } = options
  const stopping = new AbortController()
  const stop = stopping.signal
  const readings = new Map<string, Reading>()
  let last: Times = new Map()
  let waiting = Promise.withResolvers<Times>()

  async function readAll(): Promise<void> {
    const asked = waiting
    // Whoever asks from now on needs the next readings.
    waiting = Promise.withResolvers()
    try {
      const read = async ([name, sql]: [string, Sql]) => [name, await readOne(name, sql)] as const
      last = new Map(await Promise.all([...databases].map(read)))
      asked.resolve(last)
    } catch (error) {
      void waiting.promise.then(asked.resolve)
      throw error
    }
  }

  async function readOne(name: string, sql: Sql): Promise<number> {
    const before = readings.get(name)
    const sentAt = clock()
    const [row] = await sql<{ time: string }>(
      'select floor(extract(epoch from clock_timestamp()) * 1000) as time',
    )
    const time = Number(row?.time)
    const passed = (clock() - (before?.sentAt ?? sentAt)) * (1 + DRIFT) + ROUNDING_MS
    if (before && time - before.time > passed) wasSet(name, time)
    readings.set(name, { time, sentAt })
    return time
  }

  await readAll()
  const running = (async () => {
    while (!stop.aborted) {
      await pause(everyMs, stop)
      // A database that does not respond delays the judgement of reads, and is asked again.
      await readAll().catch(() => {})
    }
  })()
  return {
    get last() {
      return last
    },
    next: () => waiting.promise,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}
