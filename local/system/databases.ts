import { join } from 'node:path'
import type { Env } from '../../platform/config/read-config.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { migrate } from '../../platform/postgres/migrate.ts'
import { atDatabase, provision } from '../../platform/postgres/provision.ts'
import { root } from '../../platform/root.ts'
import { services, variableSuffix, type Service } from '../../contracts/topology.ts'

/** The address of each service's database, for its owner. */
export type DatabaseUrls = Readonly<Record<Service, string>>

export const databaseVariable = (service: Service) => `DATABASE_URL_${variableSuffix(service)}` as const

/** Builds a value for each service. */
export function forServices<Value>(make: (service: Service) => Value): Record<Service, Value> {
  return { users: make('users'), posts: make('posts'), followers: make('followers') }
}

/**
 * Whether the databases are given by DATABASE_URL_*.
 *
 * @throws UserFacingError when some are and some are not
 */
export function databasesAreGiven(env: Env): boolean {
  const given = services.map(databaseVariable).filter((name) => env[name])
  const missing = services.map(databaseVariable).filter((name) => !env[name])
  if (given.length === 0 || missing.length === 0) return missing.length === 0
  throw new UserFacingError(
    `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing, while ${given.join(' and ')} \
${given.length > 1 ? 'are' : 'is'} given. Give all three, or none to use the embedded Postgres.`,
  )
}

const ownName = (service: Service, suffix = '') => `tessera_${service}${suffix}`

/**
 * Makes the three databases `tessera_<service><suffix>` on one server, each with a role of its own.
 *
 * @param suffix keeps several systems on one server apart. @default ''
 */
export async function provisionDatabases(
  superuserUrl: string,
  passwords: Readonly<Record<Service, string>>,
  suffix = '',
): Promise<DatabaseUrls> {
  const owned = services.map((service) => ({
    name: ownName(service, suffix),
    password: passwords[service],
  }))
  const urls = await provision(superuserUrl, owned)
  return forServices((service) => urls[services.indexOf(service)] as string)
}

/** Where `provisionDatabases` has made them; nothing is asked of the server. */
export function provisionedDatabases(
  superuserUrl: string,
  passwords: Readonly<Record<Service, string>>,
): DatabaseUrls {
  return forServices((service) => atDatabase(superuserUrl, ownName(service), passwords[service]))
}

/** Applies what is missing of each database's migrations. @returns the names of those applied now */
export async function migrateDatabases(urls: DatabaseUrls): Promise<Record<Service, string[]>> {
  const applied = await Promise.all(
    services.map((service) => migrate(urls[service], join(root, 'prisma', service, 'migrations'))),
  )
  return forServices((service) => applied[services.indexOf(service)] ?? [])
}
