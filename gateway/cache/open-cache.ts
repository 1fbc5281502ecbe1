import { randomBytes, randomInt } from 'node:crypto'
import { databases, serviceOf, topology, type DatabaseName, type Service } from '../../contracts/topology.ts'
import {
  createMemoryCache,
  createRedisCache,
  createRedisLevel,
  createTwoLevels,
  followLogs,
  type CacheLog,
} from '../../patterns/cache-aside/index.ts'
import {
  feedReader,
  getEnd,
  logUrls,
  type LogReader,
  type SendCommand,
} from '../../patterns/change-log/index.ts'
import type { Log } from '../../platform/log.ts'
import type { GetInternal } from '../subgraph-client/get-internal.ts'
import type { Writes } from '../subgraph-client/coalesce.ts'
import { createAfterWrite } from './after-write.ts'
import { CacheFigures } from './cache-figures.ts'
import { createFetchCache, type FetchCache } from './fetch-cache.ts'
import { createFreshness } from './freshness.ts'
import { guardRedis } from './guard-redis.ts'
import { createResponseCache, type ResponseCache } from './response-cache.ts'

export type CacheOptions = {
  urls: Readonly<Record<Service, string>>
  get: GetInternal
  /** Opens a reader of its own for a log, in addition to the feed. Null if there is only the feed. */
  transportOf: (database: DatabaseName) => LogReader | null
  /** Two connections to Redis: one for reads and fills, one for the log. Null if there is only the memory. */
  redis: { requests: SendCommand; log: SendCommand } | null
  /** Maximum memory of all entries in this process. Bytes. @default 64 MB */
  maxBytes?: number
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
const DOMAIN = 'tessera'
/** Maximum wait of the feed for records. Milliseconds. */
const WAIT_MS = 2_000

/** The cache of Tessera's own gateway: it follows the logs of all databases. */
export function openCache(options: CacheOptions): OpenCache {
  const { urls, get, transportOf, redis, maxBytes = MAX_BYTES, writes, log } = options
  const clock = () => performance.now()
  const memory = createMemoryCache<string>({ maxBytes, clock })
  const logs = new Map(
    databases.map((database): [string, CacheLog] => {
      const service = serviceOf(database)
      const { feed, end } = logUrls(urls[service], database)
      const ofService = (url: string, stop: AbortSignal | undefined) => get(service, url, WAIT_MS, stop)
      return [
        database,
        {
          feed: feedReader(feed, ofService),
          transport: transportOf(database),
          end: (stop) => getEnd(end, ofService, stop),
        },
      ]
    }),
  )
  const copies = new Map(
    Object.values(topology).flatMap(({ databases: own, follows }) =>
      own.map((name) => [name, follows] as const),
    ),
  )
  const afterWrite = createAfterWrite(() => memory.positions, copies, clock)
  const guarded = redis && guardRedis(redis.requests)
  const random = () => randomBytes(12).toString('base64url')
  const cacheFor = (send: SendCommand) => createRedisCache({ send, domain: DOMAIN, random })
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
    redis: redis && cacheFor(redis.log),
    report: (level, message) => log[level](message),
    clock,
    waitMs: WAIT_MS,
  })
  const figures = new CacheFigures({
    bytes: () => memory.bytes,
    lag: () => databases.map((name) => ({ database: name, ms: follower.databaseNow(name) - timeOf(name) })),
    redisOpen: () => guarded?.isOpen() ?? false,
  })
  const timeOf = (database: string) => memory.positions.get(database)?.time ?? 0
  const levels = createTwoLevels({
    memory,
    redis:
      guarded &&
      createRedisLevel({
        cache: cacheFor(guarded.send),
        onMove: () => writes.ended++,
        onFill: (end) => figures.redisFills.add(end),
      }),
    clock,
    random: () => randomInt(1_000) / 1_000,
  })
  const freshness = createFreshness({ databaseNow: follower.databaseNow, copies })
  const databasesOf = (subgraph: string) =>
    subgraph in topology ? topology[subgraph as Service].databases : []
  const parts = { levels, freshness, databasesOf, figures }
  return {
    responses: createResponseCache({ ...parts, afterWrite: afterWrite.wait }),
    fetches: createFetchCache(parts),
    figures,
    async current() {
      const [fault] = follower.faults
      if (fault) throw new Error(`the cache does not follow ${fault[0]}: ${fault[1]}`)
      if (guarded?.isOpen())
        throw new Error('the cache does not use Redis: it responds too slowly, or not at all')
    },
    [Symbol.asyncDispose]: () => follower[Symbol.asyncDispose](),
  }
}
