import type { PrismaPg } from '@prisma/adapter-pg'
import type { Registry } from 'prom-client'
import type { LogParts, ServiceLog } from '../change-log/service-log.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Config } from '../../platform/config/read-config.ts'
import type { Log } from '../../platform/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { SubgraphOptions } from './subgraph-server.ts'

/** Variables that every subgraph reads, besides the URL of its database. */
export const SUBGRAPH_VARIABLES = [
  'HOST',
  'PORT',
  'LOG_LEVEL',
  'INTERNAL_SECRET',
  'DATABASE_POOL_SIZE',
  'REDIS_URL',
  'SOCKET_SERVER',
] as const

/** A burst of writes waits for a connection, and then has its turn. Milliseconds. */
export const TRANSACTIONS = { maxWait: 5_000, timeout: 15_000 }

type PrismaOptions = { adapter: PrismaPg; transactionOptions: typeof TRANSACTIONS }

/** What makes a service of a subgraph. */
export type ServiceOptions<Prisma, Context, Owned extends ServiceLog> = {
  name: string
  /** Folder of the service, with its `schema.graphql`. */
  folder: string
  databaseUrl: string
  config: Config<(typeof SUBGRAPH_VARIABLES)[number]>
  clock: Clock
  createPrisma: (options: PrismaOptions) => Prisma
  /** Makes the owner of the service's change log: `openLog` of `patterns/change-log`. */
  openLog: (parts: LogParts) => Owned
  /** What is the service's own. */
  wire: (prisma: Prisma, changeLog: Owned, lent: ServiceDependencies) => Wiring<Context>
}

/** What the wiring of a service may use besides. `log` is for people. */
export type ServiceDependencies = { log: Log; database: Database }

export type Wiring<Context> = Pick<
  SubgraphOptions<Context>,
  'resolvers' | 'createContext' | 'publicRoutes' | 'internalRoutes' | 'needed' | 'reported'
> & {
  /** Done before the first request; when it fails, the service starts all the same. */
  prepare?: () => Promise<void>
  /** Done every hour, and on its own time. */
  housekeeping: () => Promise<void>
  /** Runs beside the requests: started once the server listens, disposed before it closes. */
  background?: () => AsyncDisposable | Promise<AsyncDisposable>
  /** Registers the service's own metrics. */
  metrics?: (registry: Registry) => void
}
