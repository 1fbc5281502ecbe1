import { randomInt } from 'node:crypto'
import { databases, serviceOf, topology, type DatabaseName, type Service } from '../../contracts/topology.ts'
import { createMemoryCache, followLogs, type CacheLog } from '../../patterns/cache-aside/index.ts'
import { feedReader, getEnd, logUrls, type LogReader } from '../../patterns/change-log/index.ts'
import type { Log } from '../../platform/log.ts'
import type { GetInternal } from '../subgraph-client/get-internal.ts'
import type { Writes } from '../subgraph-client/coalesce.ts'
import { createResponseCache, type ResponseCache } from './response-cache.ts'

export type CacheOptions = {
  urls: Readonly<Record<Service, string>>
  get: GetInternal
  /** Opens a reader of its own for a log, in addition to the feed. Null if there is only the feed. */
  transportOf: (database: DatabaseName) => LogReader | null
  /** A fetch that began before the cache moved is not shared afterwards: its data may be older than the new positions. */
  writes: Writes
  log: Log
}

export type OpenCache = AsyncDisposable & {
  responses: ResponseCache
  /** Rejects with the reason if a log is not followed. */
  current(): Promise<void>
}

/** Maximum memory of all cached responses. Bytes. */
const MAX_BYTES = 64 * 1_048_576
/** Maximum wait of the feed for records. Milliseconds. */
const WAIT_MS = 2_000

/** The cache of Tessera's own gateway: it follows the logs of all databases. */
export function openCache({ urls, get, transportOf, writes, log }: CacheOptions): OpenCache {
  const clock = () => performance.now()
  const memory = createMemoryCache<string>({ maxBytes: MAX_BYTES, clock })
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
  const follower = followLogs({
    logs,
    memory: {
      get positions() {
        return memory.positions
      },
      apply(database, epoch, records) {
        memory.apply(database, epoch, records)
        writes.ended++
      },
      restart(database, position) {
        memory.restart(database, position)
        writes.ended++
      },
      leave: memory.leave,
    },
    redis: null,
    report: (level, message) => log[level](message),
    clock,
    waitMs: WAIT_MS,
  })
  const copies = new Map(
    Object.values(topology).flatMap(({ databases: own, follows }) =>
      own.map((name) => [name, follows] as const),
    ),
  )
  return {
    responses: createResponseCache({
      memory,
      databaseNow: follower.databaseNow,
      copies,
      databasesOf: (subgraph) => (subgraph in topology ? topology[subgraph as Service].databases : []),
      clock,
      random: () => randomInt(1_000) / 1_000,
    }),
    async current() {
      const [fault] = follower.faults
      if (fault) throw new Error(`the cache does not follow ${fault[0]}: ${fault[1]}`)
    },
    [Symbol.asyncDispose]: () => follower[Symbol.asyncDispose](),
  }
}
