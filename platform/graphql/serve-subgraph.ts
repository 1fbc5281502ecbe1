import { join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import type { Clock } from '../clock.ts'
import type { Config } from '../config/read-config.ts'
import type { RunningServer } from '../http/server.ts'
import { createLog } from '../log.ts'
import { openDatabase } from '../postgres/database.ts'
import { startSubgraph, type SubgraphOptions } from './subgraph-server.ts'

/** Variables that every subgraph reads, besides the URL of its database. */
export const SUBGRAPH_VARIABLES = [
  'HOST',
  'PORT',
  'LOG_LEVEL',
  'INTERNAL_SECRET',
  'DATABASE_POOL_SIZE',
] as const

/** A burst of writes waits for a connection, and then has its turn. Milliseconds. */
const TRANSACTIONS = { maxWait: 5_000, timeout: 15_000 }

type PrismaOptions = { adapter: PrismaPg; transactionOptions: typeof TRANSACTIONS }

export type ServiceOptions<Prisma, Context> = {
  name: string
  /** Folder of the service, with its `schema.graphql`. */
  folder: string
  databaseUrl: string
  config: Config<(typeof SUBGRAPH_VARIABLES)[number]>
  clock: Clock
  createPrisma: (options: PrismaOptions) => Prisma
  /** What is the service's own. */
  wire: (prisma: Prisma) => Wiring<Context>
}

export type Wiring<Context> = Pick<
  SubgraphOptions<Context>,
  'resolvers' | 'createContext' | 'publicRoutes'
> & {
  /** Done before the first request; when it fails, the service starts all the same. */
  prepare?: () => Promise<void>
  /** Done every hour, and on its own time. */
  housekeeping: () => Promise<void>
}

const HOUR_MS = 3_600_000

/** Opens the database, starts the subgraph over it, and closes both in the opposite order. */
export async function serveSubgraph<Prisma extends { $disconnect(): Promise<void> }, Context>(
  options: ServiceOptions<Prisma, Context>,
): Promise<RunningServer> {
  const { name, folder, databaseUrl, config, clock } = options
  const log = createLog(name, config)
  await using stack = new AsyncDisposableStack()
  const database = stack.use(openDatabase(databaseUrl, config.DATABASE_POOL_SIZE, log))
  const prisma = options.createPrisma({
    adapter: new PrismaPg(database.pool),
    transactionOptions: TRANSACTIONS,
  })
  stack.defer(() => prisma.$disconnect())
  const { prepare, housekeeping, ...wiring } = options.wire(prisma)
  await prepare?.().catch((error: unknown) =>
    log.warn({ err: error }, 'not prepared: the database is not there yet'),
  )
  const schemaFile = join(folder, 'schema.graphql')
  const server = stack.use(await startSubgraph({ name, schemaFile, config, log, clock, database, ...wiring }))
  const timer = setInterval(() => {
    housekeeping().catch((error: unknown) =>
      log.warn({ err: error }, 'housekeeping failed; it is tried again'),
    )
  }, HOUR_MS)
  stack.defer(() => clearInterval(timer))
  const running = stack.move()
  return { url: server.url, [Symbol.asyncDispose]: () => running.disposeAsync() }
}
