import type { Dependencies } from '../../platform/http/health.ts'
import type { Log } from '../../platform/log.ts'
import { connectRedis } from '../../platform/redis/connect.ts'
import { persistedQueries, type PersistedQueries, type PersistedQueriesOptions } from './store.ts'

export type OpenedPersistedQueries = AsyncDisposable & {
  store: PersistedQueries
  /** For `/readyz`: Redis, where there is one. */
  reported: Dependencies
}

/** Persisted queries in this process and, where there is one, in Redis. What is wrong with Redis costs speed only. */
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
