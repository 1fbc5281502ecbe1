import {
  createSignal,
  healingReader,
  pause,
  type LogEnd,
  type LogReader,
  type LogRecord,
  type Position,
  type Signal,
} from '../change-log/index.ts'
import { databaseClock, type DatabaseClock } from './database-clock.ts'
import type { MemoryCache } from './memory-cache.ts'
import type { RedisCache, RedisState } from './redis-cache.ts'

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
  /** Null if there is only the memory. */
  redis: Pick<RedisCache, 'read' | 'apply' | 'start'> | null
  report: (level: 'info' | 'warn', message: string) => void
  /** Monotonic clock, in milliseconds. */
  clock: () => number
  /** Maximum wait for records: two heartbeats of the relay. Milliseconds. @default 2000 */
  waitMs?: number
  /** Wait after an error. Milliseconds. @default 500 */
  retryMs?: number
}

export type LogFollower = AsyncDisposable & {
  /** Upper bound of the database's clock now, in milliseconds since 1970. Infinity while it is unknown. */
  databaseNow(database: string): number
  /** Why a log, or Redis, is not followed at the moment, by database: `users`, `users in Redis`. Empty if all is well. */
  readonly faults: ReadonlyMap<string, string>
}

/** Maximum number of records in one page. */
const LIMIT = 1_000

type Page = { from: Position; records: readonly LogRecord[] }
/** The last page of a log that was applied to the memory. `moved` is raised after each. */
type Last = { page: Page | null; moved: Signal }

/**
 * Follows the logs of a domain, and applies them to the memory and to Redis, until disposed. The memory begins at the end of each log. Redis
 * continues at its own position, so it gets what was written while no process ran. Nothing that happens to a log or to Redis is
 * an error here: what cannot be followed is dropped, or gets older until no reader accepts it.
 */
export function followLogs(options: FollowLogsOptions): LogFollower {
  const { logs, memory, redis, clock, waitMs = 2_000, retryMs = 500 } = options
  const stopping = new AbortController()
  const stop = stopping.signal
  const faults = faultList(options.report)
  const followed = [...logs].map(([database, log]) => ({
    database,
    log,
    reader: log.transport ? healingReader(log.transport, log.feed, () => {}) : log.feed,
    last: { page: null, moved: createSignal() } as Last,
    time: databaseClock((signal) => log.end(signal), clock),
  }))
  const times = new Map<string, DatabaseClock>(followed.map(({ database, time }) => [database, time]))

  async function followInMemory({
    database,
    log,
    reader,
    last,
    time,
  }: (typeof followed)[number]): Promise<void> {
    await time.keepUpToDate(stop)
    const from = memory.positions.get(database)
    if (!from) return memory.restart(database, (await log.end(stop)).position)
    const page = await reader.read(from, LIMIT, waitMs, stop)
    if (stop.aborted) return
    if (page.kind !== 'records') {
      memory.leave(database)
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
    last.page = { from, records: page.records }
    last.moved.raise()
  }

  /** @returns the state after what was done; null if it must be read again */
  async function followInRedis(
    cache: NonNullable<typeof redis>,
    { database, log, last }: (typeof followed)[number],
    known: RedisState | null,
  ): Promise<RedisState | null> {
    const state = known ?? (await cache.read([])).state
    faults.clear(inRedis(database))
    const at = state?.positions.get(database)
    if (!state || !at || state.positions.size !== logs.size) return startRedis(cache, state)
    const seen = last.moved.count
    const page = await pageAfter(at, last, log)
    if (page === 'unreadable') return startRedis(cache, state)
    if (page.length === 0) {
      await last.moved.after(seen, waitMs, stop)
      return state
    }
    if (!(await cache.apply(database, at, page))) return null
    const moved = { ...at, offset: at.offset + page.length }
    return { ...state, positions: new Map([...state.positions, [database, moved]]) }
  }

  async function startRedis(cache: NonNullable<typeof redis>, state: RedisState | null): Promise<null> {
    const ends = followed.map(
      async ({ database, log }) => [database, (await log.end(stop)).position] as const,
    )
    await cache.start(state?.incarnation ?? null, new Map(await Promise.all(ends)))
    return null
  }

  /** The records after the position of Redis: the last page of the memory, or a page of the log. */
  async function pageAfter(
    at: Position,
    { page }: Last,
    { feed }: CacheLog,
  ): Promise<readonly LogRecord[] | 'unreadable'> {
    if (page && page.from.epoch === at.epoch) {
      if (page.from.offset === at.offset) return page.records
      if (page.from.offset + page.records.length === at.offset) return []
    }
    const read = await feed.read(at, LIMIT, 0, stop)
    return read.kind === 'records' ? read.records : 'unreadable'
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

  const running = followed.flatMap((one) => {
    let known: RedisState | null = null
    const loops = [forever(one.database, () => followInMemory(one))]
    if (!redis) return loops
    const step = async () => {
      const state = known
      known = null
      known = await followInRedis(redis, one, state)
    }
    return [...loops, forever(inRedis(one.database), step)]
  })

  return {
    databaseNow: (database) => times.get(database)?.now() ?? Number.POSITIVE_INFINITY,
    faults: faults.all,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

const inRedis = (database: string) => `${database} in Redis`

/** Reports each fault once, and its end. */
function faultList(report: FollowLogsOptions['report']) {
  const all = new Map<string, string>()
  return {
    all: all as ReadonlyMap<string, string>,
    add(name: string, reason: string): void {
      if (!all.has(name)) report('warn', `the cache cannot follow ${name}: ${reason}`)
      all.set(name, reason)
    },
    clear(name: string): void {
      if (all.delete(name)) report('info', `the cache follows ${name} again`)
    },
  }
}
