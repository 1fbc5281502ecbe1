import { ConfigError, readConfig, type Config, type Env } from '../../platform/config/read-config.ts'
import { VARIABLES, type VariableName } from '../../platform/config/variables.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { databasesAreGiven, type DatabaseUrls } from './databases.ts'
import { givenDatabases } from './given-databases.ts'

/** Life of an access token in development: a working day, for somebody who tries things out. Seconds. */
const DEVELOPMENT_TTL_S = 28_800

const OWN_VARIABLES = [
  'HOST',
  'PORT',
  'NODE_ENV',
  'DATA_DIR',
  'LOG_LEVEL',
  'REDIS_URL',
  'SEED_USERS',
  'SEED_POSTS_PER_USER',
  'ACCESS_TOKEN_TTL_S',
] as const

/** What `npm start` goes by. */
export type Settings = {
  config: Config<(typeof OWN_VARIABLES)[number]>
  /** Null: use the embedded Postgres. */
  databaseUrls: DatabaseUrls | null
  /** Null: use the one that is kept in the data folder. */
  internalSecret: string | null
  /** Demo users to put into empty databases; 0: none. */
  seedUsers: number
  accessTokenTtlS: number
  /** Handed on to every process. */
  env: Env
}

/**
 * Reads what the supervisor goes by, and checks what the processes will read: a fault shows before anything is started.
 *
 * @throws UserFacingError naming each variable at fault
 */
export function readSettings(env: Env): Settings {
  requireSound(env)
  const config = readConfig(OWN_VARIABLES, env)
  const isProduction = config.NODE_ENV === 'production'
  const accessTokenTtlS =
    isProduction || env['ACCESS_TOKEN_TTL_S'] ? config.ACCESS_TOKEN_TTL_S : DEVELOPMENT_TTL_S
  return {
    config,
    databaseUrls: givenDatabases(env),
    internalSecret: env['INTERNAL_SECRET'] ? readConfig(['INTERNAL_SECRET'], env).INTERNAL_SECRET : null,
    // Demo people with a known password have no place in production, unless somebody asks for them.
    seedUsers: isProduction && !env['SEED_USERS'] ? 0 : config.SEED_USERS,
    accessTokenTtlS,
    env: { ...env, ACCESS_TOKEN_TTL_S: String(accessTokenTtlS) },
  }
}

/** All faults of all processes at once. Variables that the supervisor sets itself are not looked at. */
function requireSound(env: Env): void {
  const names = (Object.keys(VARIABLES) as VariableName[]).filter(
    (name) => env[name] && !name.startsWith('SUBGRAPH_URL_'),
  )
  const faults = [() => readConfig(names, env), () => databasesAreGiven(env)].flatMap((read) =>
    faultsOf(read),
  )
  if (faults.length > 0) throw new UserFacingError(faults.join('\n'))
}

function faultsOf(read: () => unknown): string[] {
  try {
    read()
    return []
  } catch (error) {
    if (error instanceof ConfigError || error instanceof UserFacingError) return [error.message]
    throw error
  }
}
