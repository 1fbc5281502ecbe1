import { healingReader, pause, type LogEnd, type LogReader } from '../change-log/index.ts'
import { databaseClock, type DatabaseClock } from './database-clock.ts'
import type { MemoryCache } from './memory-cache.ts'

/** How to read the log of a database. */
export type CacheLog = {
  feed: LogReader
  /** Null if there is none. Then all records are read from the feed. */
  transport: LogReader | null
  end(stop: AbortSignal): Promise<LogEnd>
}

export type FollowLogsOptions = {
  /** The databases of one domain, by name. */
  logs: ReadonlyMap<string, CacheLog>
  memory: Pick<MemoryCache<unknown>, 'positions' | 'apply' | 'restart' | 'leave'>
  /**
   * The number of records before the end of a log from which the memory begins, so that it can judge what others have read before.
   * @default 50000
   */
  lookBack?: number
  report: (level: 'info' | 'warn', message: string) => void
  /** Monotonic clock, in milliseconds. */
  clock: () => number
  /** Maximum wait for records: two heartbeats of the relay. Milliseconds. @default 2000 */
  waitMs?: number
  /** Wait after an error. Milliseconds. @default 500 */
  retryMs?: number
  /** How long a fault lasts before it is reported: shorter ones change nothing, and a start has some. Milliseconds. @default 5000 */
  graceMs?: number
}

export type LogFollower = AsyncDisposable & {
  /** Upper bound of the database's clock now, in milliseconds since 1970. Infinity while it is unknown. */
  databaseNow(database: string): number
  /** Why a log is not followed at the moment, by database. Empty if all is well. */
  readonly faults: ReadonlyMap<string, string>
}

/** Maximum number of records in one page. */
const LIMIT = 1_000

/**
 * Follows the logs, and applies them to the memory, until disposed. Nothing that happens to a log is an error here: what cannot be followed
 * is dropped, or gets older until no reader accepts it.
 */
export function followLogs(options: FollowLogsOptions): LogFollower {
  const { logs, memory, clock, lookBack = 50_000, waitMs = 2_000, retryMs = 500, graceMs = 5_000 } = options
  const stopping = new AbortController()
  const stop = stopping.signal
  const faults = faultList(options.report, clock, graceMs)
  const followed = [...logs].map(([database, log]) => ({
    database,
    log,
    reader: log.transport ? healingReader(log.transport, log.feed, () => {}) : log.feed,
    /** Whether to begin before the end of the log: not if the log no longer has that. */
    back: true,
    time: databaseClock((signal) => log.end(signal), clock),
  }))
  const times = new Map<string, DatabaseClock>(followed.map(({ database, time }) => [database, time]))

  /** Reads and applies the next page. */
  async function follow(one: (typeof followed)[number]): Promise<void> {
    const { database, log, reader, time } = one
    await time.keepUpToDate(stop)
    const from = memory.positions.get(database)
    if (!from) {
      const { epoch, offset } = (await log.end(stop)).position
      return memory.restart(database, { epoch, offset: Math.max(0, offset - (one.back ? lookBack : 0)) })
    }
    const page = await reader.read(from, LIMIT, waitMs, stop)
    if (stop.aborted) return
    if (page.kind !== 'records') {
      memory.leave(database)
      // The log may begin later.
      one.back = !one.back
      return options.report('info', `the cache of ${database} is dropped: its log is ${page.kind}`)
    }
    faults.clear(database)
    if (page.records.length === 0) return
    try {
      memory.apply(database, from.epoch, page.records)
    } catch (error) {
      memory.leave(database)
      throw error
    }
    time.saw(memory.positions.get(database)?.time ?? 0)
  }

  async function forever(name: string, step: () => Promise<void>): Promise<void> {
    while (!stop.aborted) {
      try {
        await step()
      } catch (error) {
        if (stop.aborted) return
        faults.add(name, error instanceof Error ? error.message : String(error))
        await pause(retryMs, stop)
      }
    }
  }

  const running = followed.map((one) => forever(one.database, () => follow(one)))

  return {
    databaseNow: (database) => times.get(database)?.now() ?? Number.POSITIVE_INFINITY,
    faults: faults.all,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

/** Reports each fault that lasts, once, and its end. */
function faultList(report: FollowLogsOptions['report'], clock: () => number, graceMs: number) {
  const all = new Map<string, string>()
  const since = new Map<string, number>()
  const reported = new Set<string>()
  return {
    all: all as ReadonlyMap<string, string>,
    add(name: string, reason: string): void {
      all.set(name, reason)
      const began = since.getOrInsert(name, clock())
      if (reported.has(name) || clock() - began < graceMs) return
      reported.add(name)
      report('warn', `the cache cannot follow ${name}: ${reason}`)
    },
    clear(name: string): void {
      all.delete(name)
      since.delete(name)
      if (reported.delete(name)) report('info', `the cache follows ${name} again`)
    },
  }
}
