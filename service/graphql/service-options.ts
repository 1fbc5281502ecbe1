import type { Registry } from 'prom-client'
import type { Clock } from '../../platform/clock.ts'
import type { Config } from '../../platform/config/read-config.ts'
import type { SUBGRAPH_VARIABLES } from '../../platform/config/service-variables.ts'
import type { Log } from '../../platform/log.ts'
import type { DatabaseAddress, PrismaOptions, ServiceDatabase, Several } from './service-databases.ts'
import type { SubgraphOptions } from './subgraph-server.ts'

/** What makes a service of a subgraph. */
export type ServiceOptions<Prisma, Context> = {
  name: string
  /** Folder of the service, with its `schema.graphql`. */
  folder: string
  databases: Several<DatabaseAddress>
  config: Config<(typeof SUBGRAPH_VARIABLES)[number]>
  clock: Clock
  /** Called for each database. */
  createPrisma: (options: PrismaOptions) => Prisma
  /** What is the service's own. @param databases in the order given */
  wire: (databases: Several<ServiceDatabase<Prisma>>, dependencies: ServiceDependencies) => Wiring<Context>
}

/** What the wiring of a service may use besides its databases. `log` is for people. */
export type ServiceDependencies = { log: Log }

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
