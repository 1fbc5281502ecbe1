import {
  databaseVariable,
  subgraphVariable,
  topology,
  upstreamsOf,
  type DatabaseOf,
  type DatabaseVariable,
  type Service,
  type SubgraphVariable,
} from '../../contracts/topology.ts'
import type { Config } from './read-config.ts'

/** Variables that every service reads. */
export const SUBGRAPH_VARIABLES = [
  'HOST',
  'PORT',
  'LOG_LEVEL',
  'INTERNAL_SECRET',
  'DATABASE_POOL_SIZE',
  'REDIS_URL',
  'LOG_TRANSPORT',
  'SOCKET_SERVER',
] as const

type Topology = typeof topology
type ServiceAbove<Database extends string> = Database extends `${infer S extends Service}/${string}`
  ? S
  : Extract<Database, Service>

/** The variables that one service reads. */
export type ServiceVariable<S extends Service> =
  | (typeof SUBGRAPH_VARIABLES)[number]
  | DatabaseVariable<DatabaseOf<S>>
  | SubgraphVariable<ServiceAbove<Topology[S]['follows'][number]>>
  | Topology[S]['reads'][number]

export function variablesOf<S extends Service>(service: S): ServiceVariable<S>[] {
  const { databases, reads } = topology[service]
  const names: string[] = [
    ...SUBGRAPH_VARIABLES,
    ...databases.map(databaseVariable),
    ...upstreamsOf(service).map(subgraphVariable),
    ...reads,
  ]
  return names as ServiceVariable<S>[]
}

type Address = { name: string; url: string }

/** The databases of a service, with their addresses. */
export function databasesIn<S extends Service>(
  service: S,
  config: Config<DatabaseVariable<DatabaseOf<S>>>,
): [Address, ...Address[]] {
  const urls: Readonly<Record<string, string>> = config
  const [first, ...others] = topology[service].databases.map((name) => ({
    name,
    url: urls[databaseVariable(name)] ?? '',
  }))
  if (!first) throw new Error(`The service ${service} has no database.`)
  return [first, ...others]
}
