import { logRoutes, openLog, type OwnedLog } from '../../patterns/change-log/index.ts'
import type { Config } from '../../platform/config/read-config.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Reports } from '../../platform/http/health.ts'
import type { InternalRoute } from '../../platform/http/internal-route.ts'
import type { Log } from '../../platform/log.ts'
import { dedicatedConnection } from '../../platform/postgres/dedicated-connection.ts'
import { byDatabase } from './by-database.ts'
import { openTransport } from './open-transport.ts'

export type LogsOptions = {
  /** Name and address of each of the service's databases. */
  databases: readonly { name: string; url: string }[]
  config: Config<'LOG_TRANSPORT' | 'REDIS_URL'>
  log: Log
  clock: Clock
}

export type StartedLogs = AsyncDisposable & {
  /** The logs, in the order of the databases. */
  logs: readonly OwnedLog[]
  routes: readonly InternalRoute[]
  /** For `/readyz`. */
  reported: Reports
}

/**
 * Starts the change logs of a service, one for each database, on dedicated connections. The databases and the transport
 * need not be reachable.
 */
export function startLogs({ databases, config, log, clock }: LogsOptions): StartedLogs {
  const stack = new AsyncDisposableStack()
  const { transport, reported } = stack.use(openTransport(config))
  const named = byDatabase(databases.map(({ name }) => name))
  const logs = databases.map(({ name, url }) => {
    const prefix = databases.length > 1 ? `${name}: ` : ''
    return stack.use(
      openLog({
        database: name,
        connect: () => dedicatedConnection(url, `${name} change log`, log),
        publishers: transport ? [transport.publisher(name)] : [],
        report: (level, message) => log[level](prefix + message),
        clock: () => performance.now(),
        now: clock,
      }),
    )
  })
  return {
    logs,
    routes: logRoutes(logs),
    reported: {
      ...Object.fromEntries(logs.map((each) => [named('log', each.database), () => each.report()])),
      ...reported,
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
