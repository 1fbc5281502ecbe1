import { randomInt } from 'node:crypto'
import {
  createMemoryCache,
  createRedisEntries,
  createRedisLevel,
  createTwoLevels,
  followLogs,
  type CacheLog,
  type Doorkeeper,
  type MemoryCache,
} from '../../patterns/cache-aside/index.ts'
import { feedReader, getEnd, logUrls, type LogReader } from '../../patterns/change-log/index.ts'
import type { Log } from '../../platform/log.ts'
import type { RedisConnection } from '../../platform/redis/connect.ts'
import type { GetInternal } from '../subgraph-client/get-internal.ts'
import type { Writes } from '../subgraph-client/coalesce.ts'
import { createAfterWrite } from './after-write.ts'
import { CacheFigures } from './cache-figures.ts'
import { createFetchCache, type FetchCache } from './fetch-cache.ts'
import { createFreshness } from './freshness.ts'
import { guardRedis } from './guard-redis.ts'
import { createResponseCache, type ResponseCache } from './response-cache.ts'

/** A subgraph that reports facets and has a change log for each of its databases. Nothing of others is cached. */
export type CachedSubgraph = {
  url: string
  databases: readonly string[]
  /** Databases of other subgraphs of which it keeps copies. */
  follows: readonly string[]
}

export type CacheOptions = {
  /** By name. */
  subgraphs: ReadonlyMap<string, CachedSubgraph>
  get: GetInternal
  /** Opens a reader of its own for a log, in addition to the feed. Null if there is only the feed. */
  transportOf: (database: string) => LogReader | null
  /** A connection to Redis. Null if there is only the memory. */
  redis: Pick<RedisConnection, 'send' | 'trouble'> | null
  /** The level in the memory of this process. @default an empty one of 64 MB */
  memory?: MemoryCache<string>
  doorkeeper?: Doorkeeper
  /** A fetch that began before the cache moved is not shared afterwards: its data may be older than the new positions. */
  writes: Writes
  log: Log
}

export type OpenCache = AsyncDisposable & {
  responses: ResponseCache
  fetches: FetchCache
  figures: CacheFigures
  /** Rejects with the reason if a log is not followed. */
  current(): Promise<void>
}

const MAX_BYTES = 64 * 1_048_576
/** Name of the cache in Redis. A response rests on several services, so all of them share it. */
export const CACHE_DOMAIN = 'tessera'
/** Maximum wait of the feed for records. Milliseconds. */
const WAIT_MS = 2_000

/** Monotonic, in milliseconds. */
const clock = () => performance.now()

/** The cache of a gateway: it follows the logs of all databases. */
export function openCache(options: CacheOptions): OpenCache {
  const { subgraphs, redis, doorkeeper, writes, log } = options
  const { memory = createMemoryCache<string>({ maxBytes: MAX_BYTES, clock }) } = options
  const logs = logsOf(options)
  const copies = new Map(
    [...subgraphs.values()].flatMap(({ databases, follows }) =>
      databases.map((name) => [name, follows] as const),
    ),
  )
  const afterWrite = createAfterWrite(() => memory.positions, copies, clock)
  const guarded = redis && guardRedis(redis.send)
  const follower = followLogs({
    logs,
    memory: {
      get positions() {
        return memory.positions
      },
      apply(database, epoch, records) {
        memory.apply(database, epoch, records)
        writes.ended++
        afterWrite.moved.raise()
      },
      restart(database, position) {
        memory.restart(database, position)
        writes.ended++
      },
      leave: memory.leave,
    },
    report: (level, message) => log[level](message),
    clock,
    waitMs: WAIT_MS,
  })
  const figures = new CacheFigures({
    bytes: () => memory.bytes,
    lag: () =>
      [...logs.keys()].map((name) => ({ database: name, ms: follower.databaseNow(name) - timeOf(name) })),
    redisOpen: () => guarded?.isOpen() ?? false,
  })
  const timeOf = (database: string) => memory.positions.get(database)?.time ?? 0
  const levels = createTwoLevels({
    memory,
    ...(doorkeeper && { doorkeeper }),
    redis:
      guarded &&
      createRedisLevel({
        entries: createRedisEntries(guarded.send, CACHE_DOMAIN),
        onFill: (end) => figures.redisFills.add(end),
      }),
    clock,
    random: () => randomInt(1_000) / 1_000,
  })
  const freshness = createFreshness({ databaseNow: follower.databaseNow, copies })
  const databasesOf = (subgraph: string) => subgraphs.get(subgraph)?.databases ?? []
  const parts = { levels, freshness, databasesOf, figures }
  return {
    responses: createResponseCache({ ...parts, afterWrite: afterWrite.wait }),
    fetches: createFetchCache(parts),
    figures,
    async current() {
      const [fault] = follower.faults
      if (fault) throw new Error(`the cache does not follow ${fault[0]}: ${fault[1]}`)
      if (redis?.trouble != null) throw new Error(`the cache does not use Redis: ${redis.trouble}`)
      if (guarded?.isOpen())
        throw new Error('the cache does not use Redis: it responds too slowly, or not at all')
    },
    [Symbol.asyncDispose]: () => follower[Symbol.asyncDispose](),
  }
}

/** The logs by database. */
function logsOf({ subgraphs, get, transportOf }: CacheOptions): Map<string, CacheLog> {
  return new Map(
    [...subgraphs].flatMap(([subgraph, { url: subgraphUrl, databases }]) => {
      const ofSubgraph = (url: string, stop: AbortSignal | undefined) => get(subgraph, url, WAIT_MS, stop)
      return databases.map((database): [string, CacheLog] => {
        const { feed, end } = logUrls(subgraphUrl, database)
        const transport = transportOf(database)
        return [
          database,
          { feed: feedReader(feed, ofSubgraph), transport, end: (stop) => getEnd(end, ofSubgraph, stop) },
        ]
      })
    }),
  )
}
