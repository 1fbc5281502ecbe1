import { join } from 'node:path'
import type { Env } from '../../platform/config/read-config.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { migrate } from '../../platform/postgres/migrate.ts'
import { atDatabase, provision } from '../../platform/postgres/provision.ts'
import { root } from '../../platform/root.ts'
import {
  databases,
  databaseVariable,
  forDatabases,
  serviceOf,
  type DatabaseName,
} from '../../contracts/topology.ts'

/** URL of each database, for its owner. */
export type DatabaseUrls = Readonly<Record<DatabaseName, string>>

/**
 * Whether the databases are given by DATABASE_URL_*.
 *
 * @throws UserFacingError if only some are
 */
export function databasesAreGiven(env: Env): boolean {
  const given = databases.map(databaseVariable).filter((name) => env[name])
  const missing = databases.map(databaseVariable).filter((name) => !env[name])
  if (given.length === 0 || missing.length === 0) return missing.length === 0
  throw new UserFacingError(
    `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing, while ${given.join(' and ')} \
${given.length > 1 ? 'are' : 'is'} given. Give all of them, or none to use the embedded Postgres.`,
  )
}

const ownName = (database: DatabaseName, suffix = '') => `tessera_${database.replace('/', '_')}${suffix}`

/**
 * Creates the databases `tessera_<name><suffix>` on one server, each with its own role.
 *
 * @param suffix distinguishes several systems on one server. @default ''
 */
export async function provisionDatabases(
  superuserUrl: string,
  passwords: Readonly<Record<DatabaseName, string>>,
  suffix = '',
): Promise<DatabaseUrls> {
  const owned = databases.map((database) => ({
    name: ownName(database, suffix),
    password: passwords[database],
  }))
  const urls = await provision(superuserUrl, owned)
  return forDatabases((database) => urls[databases.indexOf(database)] as string)
}

/** URLs of the databases that `provisionDatabases` created. Does not connect to the server. */
export function provisionedDatabases(
  superuserUrl: string,
  passwords: Readonly<Record<DatabaseName, string>>,
): DatabaseUrls {
  return forDatabases((database) => atDatabase(superuserUrl, ownName(database), passwords[database]))
}

/** Applies the missing migrations of each database. @returns the names of those applied */
export async function migrateDatabases(urls: DatabaseUrls): Promise<Record<DatabaseName, string[]>> {
  const applied = await Promise.all(
    databases.map((database) =>
      migrate(urls[database], join(root, 'prisma', serviceOf(database), 'migrations')),
    ),
  )
  return forDatabases((database) => applied[databases.indexOf(database)] ?? [])
}
