import { join } from 'node:path'
import type { ServiceLog } from '../change-log/service-log.ts'
import { startLog } from '../change-log/start-log.ts'
import type { RunningServer } from '../../platform/http/server.ts'
import { createLog, type Log } from '../../platform/log.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { openDatabase } from '../../platform/postgres/database.ts'
import { prismaAdapter } from '../../platform/postgres/prisma-transactions.ts'
import { TRANSACTIONS, type ServiceOptions } from './service-options.ts'
import { startSubgraph } from './subgraph-server.ts'

const HOUR_MS = 3_600_000

/** Opens the database, starts the change log and the subgraph over it, and closes all in the opposite order. */
export async function serveSubgraph<
  Prisma extends { $disconnect(): Promise<void> },
  Context,
  Owned extends ServiceLog,
>(options: ServiceOptions<Prisma, Context, Owned>): Promise<RunningServer> {
  const { name, databaseUrl, config, clock, openLog } = options
  const log = createLog(name, config)
  await using stack = new AsyncDisposableStack()
  const database = stack.use(openDatabase(databaseUrl, config.DATABASE_POOL_SIZE, log))
  const prisma = options.createPrisma({
    adapter: prismaAdapter(database.pool),
    transactionOptions: TRANSACTIONS,
  })
  stack.defer(() => prisma.$disconnect())
  const logOptions = { service: name, databaseUrl, redisUrl: config.REDIS_URL, log, clock, openLog }
  const { changeLog, reported } = stack.use(startLog(logOptions))
  const wired = options.wire(prisma, changeLog, { log, database })
  const { prepare, housekeeping, background, metrics, ...wiring } = wired
  await prepare?.().catch((error: unknown) =>
    log.warn({ err: error }, 'not prepared: the database is not there yet'),
  )
  const server = stack.use(
    await startSubgraph({
      ...wiring,
      name,
      schemaFile: join(options.folder, 'schema.graphql'),
      config,
      log,
      clock,
      database,
      entryOf: changeLog.entryOf,
      internalRoutes: [...changeLog.routes, ...(wiring.internalRoutes ?? [])],
      reported: { ...reported, ...wiring.reported },
      metrics: createMetrics(changeLog, metrics),
    }),
  )
  stack.use(everyHour(housekeeping, log))
  if (background) stack.use(await background())
  const running = stack.move()
  return { url: server.url, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

function everyHour(work: () => Promise<void>, log: Log): Disposable {
  const timer = setInterval(() => {
    work().catch((error: unknown) => log.warn({ err: error }, 'housekeeping failed; it is tried again'))
  }, HOUR_MS)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
