import type { Clock } from '../platform/clock.ts'
import type { Config } from '../platform/config/read-config.ts'
import type { SUBGRAPH_VARIABLES } from '../platform/config/service-variables.ts'
import type { Log } from '../platform/log.ts'
import type { KeptConsumer } from './change-log/keep-consumer.ts'
import type { DatabaseAddress, ServiceDatabase, Several } from './databases.ts'
import type { SubgraphOptions } from './graphql/subgraph-server.ts'

/** The options that turn a subgraph into a service. */
export type ServiceOptions<Context extends object> = {
  name: string
  /** Folder of the service, with its `schema.graphql`. */
  folder: string
  databases: Several<DatabaseAddress>
  config: Config<(typeof SUBGRAPH_VARIABLES)[number]>
  clock: Clock
  /** Creates the parts that are specific to this service. @param databases in the order of the option `databases` */
  wire: (databases: Several<ServiceDatabase>, dependencies: ServiceDependencies) => Wiring<Context>
}

/** Dependencies of the wiring besides the databases. `log` is the logger for people, not a change log. */
export type ServiceDependencies = { log: Log }

export type Wiring<Context extends object> = Pick<
  SubgraphOptions<Context>,
  'resolvers' | 'facetTable' | 'createContext' | 'publicRoutes' | 'internalRoutes' | 'needed' | 'reported'
> & {
  /** Runs before the first request. If it fails, the service still starts. */
  prepare?: () => Promise<void>
  /** Runs every hour, in the background. */
  housekeeping: () => Promise<void>
  /** Background work. It starts after the server listens, and is disposed before the server closes. */
  background?: () => AsyncDisposable | Promise<AsyncDisposable>
  /** Consumers of other services' change logs. They start after the server listens. */
  consumers?: readonly KeptConsumer[]
}
