import type { Dependencies } from '../../platform/http/health.ts'
import type { Log } from '../../platform/log.ts'
import { connectRedis } from '../../platform/redis/connect.ts'
import { persistedQueries, type PersistedQueries, type PersistedQueriesOptions } from './store.ts'

export type OpenedPersistedQueries = AsyncDisposable & {
  store: PersistedQueries
  /** For `/readyz`: Redis, if it is used. */
  reported: Dependencies
}

/** Persisted queries in this process and, if it is configured, in Redis. Without Redis, clients send texts more often. */
export function openPersistedQueries(
  redisUrl: string | undefined,
  log: Log,
  options: PersistedQueriesOptions = {},
): OpenedPersistedQueries {
  const redis =
    redisUrl === undefined
      ? null
      : connectRedis(redisUrl, (level, message) => log[level](`persisted queries: ${message}`))
  const check = async () => {
    if (redis?.trouble != null) throw new Error(redis.trouble)
  }
  return {
    store: persistedQueries(redis && redis.send, options),
    reported: redis ? { redis: check } : {},
    [Symbol.asyncDispose]: async () => redis?.[Symbol.asyncDispose](),
  }
}
