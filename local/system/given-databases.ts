import { readConfig, withoutPassword, type Env } from '../../platform/config/read-config.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { whyUnusable } from '../../platform/postgres/unusable.ts'
import { services, type Service } from '../../contracts/topology.ts'
import { databasesAreGiven, databaseVariable, type DatabaseUrls } from './databases.ts'

/** The databases of DATABASE_URL_*, or null when none of them is given. */
export function givenDatabases(env: Env): DatabaseUrls | null {
  if (!databasesAreGiven(env)) return null
  const config = readConfig(['DATABASE_URL_USERS', 'DATABASE_URL_POSTS', 'DATABASE_URL_FOLLOWERS'], env)
  return {
    users: config.DATABASE_URL_USERS,
    posts: config.DATABASE_URL_POSTS,
    followers: config.DATABASE_URL_FOLLOWERS,
  }
}

/** Checks that each of them answers. @throws UserFacingError with a line for each that does not */
export async function requireDatabases(urls: DatabaseUrls): Promise<void> {
  const faults = await Promise.all(services.map((service) => faultOf(service, urls[service])))
  const lines = faults.filter((fault) => fault !== null)
  if (lines.length > 0) throw new UserFacingError(lines.join('\n'))
}

async function faultOf(service: Service, url: string): Promise<string | null> {
  const reason = await whyUnusable(url)
  if (reason === null) return null
  return `${databaseVariable(service)}=${withoutPassword(url)} cannot be used: ${reason}. \
Start it, or correct the address.`
}
