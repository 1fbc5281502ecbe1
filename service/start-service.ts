import { join } from 'node:path'
import type { Reports } from '../platform/http/health.ts'
import type { RunningServer } from '../platform/http/server.ts'
import { createLog, type Log } from '../platform/log.ts'
import type { KeptConsumer } from './change-log/keep-consumer.ts'
import { startLogs } from './change-log/start-logs.ts'
import { consumerMetrics } from './metrics/consumer-metrics.ts'
import { RequestMetrics } from './metrics/request-metrics.ts'
import { createMetrics } from './metrics/metrics.ts'
import { requestDatabases } from './graphql/request-base.ts'
import { databaseReadiness, openDatabases, serviceDatabases } from './databases.ts'
import type { ServiceOptions } from './options.ts'
import { serveSubgraph } from './graphql/subgraph-server.ts'

const HOUR_MS = 3_600_000

/** Opens the databases, starts their change logs, then serves the subgraph. Disposal closes everything in reverse order. */
export async function startService<Context extends object>(
  options: ServiceOptions<Context>,
): Promise<RunningServer> {
  const { name, config, clock } = options
  const log = createLog(name, config)
  await using stack = new AsyncDisposableStack()
  const opened = openDatabases(options, log, stack)
  const started = stack.use(startLogs({ databases: options.databases, config, log, clock }))
  const wired = options.wire(serviceDatabases(opened, started.logs), { log })
  const { prepare, housekeeping, background, consumers = [], ...wiring } = wired
  const readiness = databaseReadiness(opened)
  const requestMetrics = new RequestMetrics()
  await prepare?.().catch((error: unknown) =>
    log.warn({ err: error }, 'not prepared: the database is not available yet'),
  )
  const server = stack.use(
    await serveSubgraph({
      ...wiring,
      name,
      schemaFile: join(options.folder, 'schema.graphql'),
      config,
      log,
      clock,
      databases: requestDatabases(opened, started.logs),
      internalRoutes: [...started.routes, ...(wiring.internalRoutes ?? [])],
      needed: { ...readiness.needed, ...wiring.needed },
      reported: { ...readiness.reported, ...started.reported, ...reportsOf(consumers), ...wiring.reported },
      metrics: createMetrics(started.logs, (registry) => {
        requestMetrics.register(registry)
        consumerMetrics(registry, consumers)
      }),
      requestMetrics,
    }),
  )
  for (const work of [housekeeping, ...consumers.map((each) => each.housekeeping)]) {
    stack.use(everyHour(work, log))
  }
  for (const consumer of consumers) stack.use(consumer.start())
  if (background) stack.use(await background())
  const running = stack.move()
  return { url: server.url, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

function reportsOf(consumers: readonly KeptConsumer[]): Reports {
  return Object.fromEntries(consumers.map(({ part, report }) => [part, report]))
}

function everyHour(work: () => Promise<void>, log: Log): Disposable {
  const timer = setInterval(() => {
    work().catch((error: unknown) => log.warn({ err: error }, 'housekeeping failed, retrying'))
  }, HOUR_MS)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
