import { readConfig, withoutPassword, type Env } from '../../platform/config/read-config.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { whyUnusable } from '../../platform/postgres/unusable.ts'
import { databases, databaseVariable, forDatabases, type DatabaseName } from '../../contracts/topology.ts'
import { databasesAreGiven, type DatabaseUrls } from './databases.ts'

/** The databases of DATABASE_URL_*. Null if none is given. */
export function givenDatabases(env: Env): DatabaseUrls | null {
  if (!databasesAreGiven(env)) return null
  const config = readConfig(databases.map(databaseVariable), env)
  return forDatabases((database) => config[databaseVariable(database)])
}

/** Checks that each database responds. @throws UserFacingError with a line for each that does not */
export async function requireDatabases(urls: DatabaseUrls): Promise<void> {
  const faults = await Promise.all(databases.map((database) => faultOf(database, urls[database])))
  const lines = faults.filter((fault) => fault !== null)
  if (lines.length > 0) throw new UserFacingError(lines.join('\n'))
}

async function faultOf(database: DatabaseName, url: string): Promise<string | null> {
  const reason = await whyUnusable(url)
  if (reason === null) return null
  return `${databaseVariable(database)}=${withoutPassword(url)} cannot be used: ${reason}. \
Start it, or correct the address.`
}
