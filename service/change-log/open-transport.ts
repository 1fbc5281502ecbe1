import { redisTransport, type LogTransport } from '../../patterns/change-log/index.ts'
import { chosenTransport } from '../../platform/config/log-transport.ts'
import type { Config } from '../../platform/config/read-config.ts'
import type { Reports } from '../../platform/http/health.ts'
import { connectRedis } from '../../platform/redis/connect.ts'

export type OpenTransport = AsyncDisposable & {
  /** Null if only the feed is used. */
  transport: LogTransport | null
  /** For `/readyz`. */
  reported: Reports
}

/** Connects to the configured transport. It need not be reachable. */
export function openTransport(config: Config<'LOG_TRANSPORT' | 'REDIS_URL'>): OpenTransport {
  const chosen = chosenTransport(config)
  if (chosen.kind === 'feed') return { transport: null, reported: {}, [Symbol.asyncDispose]: async () => {} }
  // The users of the connection report its faults, because they can name the consequences.
  const redis = connectRedis(chosen.url, () => {})
  return {
    transport: redisTransport((args) => redis.send(args)),
    reported: { redis: async () => redis.trouble ?? undefined },
    [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
  }
}
