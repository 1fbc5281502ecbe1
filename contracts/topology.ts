/** The facts about a service that code outside of it needs. */
type ServiceRow = {
  /** Its default port, on this machine. */
  port: number
  /** Its databases: one with the name of the service, or several with numbers: `users/0`, `users/1`. */
  databases: readonly string[]
  /** Databases of other services whose change logs it follows. */
  follows: readonly string[]
  /** Environment variables that it reads, besides those of every service and those derived from this row. */
  reads: readonly string[]
}

/**
 * The services, in the order they are started. `npm start`, the gateway, the commands and the generators use this table. A
 * new service needs a row here, a folder in `subgraphs/` and one in `prisma/`. docs/how-to/add-a-service.md has the rest;
 * test/architecture/topology.test.ts lists the other code that names a service.
 */
export const topology = {
  users: {
    port: 4001,
    databases: ['users'],
    follows: ['followers'],
    reads: [
      'ACCESS_TOKEN_TTL_S',
      'REFRESH_TOKEN_TTL_S',
      'SIGNING_KEY_ROTATION_S',
      'JWT_ISSUER',
      'JWT_AUDIENCE',
      'JWKS_URL',
    ],
  },
  posts: { port: 4002, databases: ['posts'], follows: ['users', 'followers'], reads: [] },
  followers: { port: 4003, databases: ['followers'], follows: ['users'], reads: ['FOLLOW_REQUEST_TTL_S'] },
} as const satisfies Readonly<Record<string, ServiceRow>>

type Topology = typeof topology

export type Service = keyof Topology
export type DatabaseOf<S extends Service> = Topology[S]['databases'][number]
/** The name of a database in tokens, consumers and commands. */
export type DatabaseName = DatabaseOf<Service>

export const services = Object.keys(topology) as Service[]

export const databases: readonly DatabaseName[] = services.flatMap((service) => topology[service].databases)

/** The service that owns a database. */
export function serviceOf(database: DatabaseName): Service {
  return database.split('/')[0] as Service
}

/** The services whose logs a service follows, each once. */
export function upstreamsOf(service: Service): Service[] {
  return [...new Set(topology[service].follows.map(serviceOf))]
}

type Suffix<Name extends string> = Name extends `${infer Owner}/${infer Shard}`
  ? `${Uppercase<Owner>}_${Shard}`
  : Uppercase<Name>

/** The environment variable that holds the address of a database: `DATABASE_URL_USERS`, or `DATABASE_URL_USERS_0`. */
export type DatabaseVariable<Name extends DatabaseName = DatabaseName> = `DATABASE_URL_${Suffix<Name>}`

/** The environment variable that holds the address of a service: `SUBGRAPH_URL_USERS`. */
export type SubgraphVariable<S extends Service = Service> = `SUBGRAPH_URL_${Uppercase<S>}`

export function databaseVariable<Name extends DatabaseName>(database: Name): DatabaseVariable<Name> {
  return `DATABASE_URL_${database.toUpperCase().replace('/', '_')}` as DatabaseVariable<Name>
}

export function subgraphVariable<S extends Service>(service: S): SubgraphVariable<S> {
  return `SUBGRAPH_URL_${service.toUpperCase()}` as SubgraphVariable<S>
}

/** Builds a value for each service. */
export function forServices<Value>(make: (service: Service) => Value): Record<Service, Value> {
  return Object.fromEntries(services.map((service) => [service, make(service)])) as Record<Service, Value>
}

/** Builds a value for each database. */
export function forDatabases<Value>(make: (database: DatabaseName) => Value): Record<DatabaseName, Value> {
  return Object.fromEntries(databases.map((name) => [name, make(name)])) as Record<DatabaseName, Value>
}
