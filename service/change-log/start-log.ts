import type { Clock } from '../../platform/clock.ts'
import type { Reports } from '../../platform/http/health.ts'
import type { Log } from '../../platform/log.ts'
import { dedicatedConnection } from '../../platform/postgres/dedicated-connection.ts'
import { connectRedis } from '../../platform/redis/connect.ts'
import type { LogParts, ServiceLog } from './service-log.ts'

export type LogOptions<Owned extends ServiceLog> = {
  service: string
  databaseUrl: string
  redisUrl: string | undefined
  log: Log
  clock: Clock
  openLog: (parts: LogParts) => Owned
}

export type StartedLog<Owned extends ServiceLog> = AsyncDisposable & {
  changeLog: Owned
  /** For `/readyz`. */
  reported: Reports
}

/** Starts the owner of a service's change log over connections of its own. Neither database nor Redis need be there. */
export function startLog<Owned extends ServiceLog>(options: LogOptions<Owned>): StartedLog<Owned> {
  const { service, databaseUrl, redisUrl, log, clock } = options
  const stack = new AsyncDisposableStack()
  // What is wrong with Redis is said by the log, which knows what it means.
  const redis = redisUrl === undefined ? null : stack.use(connectRedis(redisUrl, () => {}))
  const changeLog = stack.use(
    options.openLog({
      service,
      connect: () => dedicatedConnection(databaseUrl, `${service} change log`, log),
      send: redis && ((args) => redis.send(args)),
      report: (level, message) => log[level](message),
      clock: () => performance.now(),
      now: clock,
    }),
  )
  const reported = {
    log: () => changeLog.report(),
    ...(redis && { redis: async () => redis.trouble ?? undefined }),
  }
  return { changeLog, reported, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
