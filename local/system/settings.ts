import { ConfigError, readConfig, type Config, type Env } from '../../platform/config/read-config.ts'
import { VARIABLES, type VariableName } from '../../platform/config/variables.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { databasesAreGiven, type DatabaseUrls } from './databases.ts'
import { givenDatabases } from './given-databases.ts'

/** Lifetime of an access token in development: eight hours, a working day of experiments. Seconds. */
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

/** Settings of `npm start`. */
export type Settings = {
  config: Config<(typeof OWN_VARIABLES)[number]>
  /** Null to use the embedded Postgres. */
  databaseUrls: DatabaseUrls | null
  /** Null to use the secret in the data folder. */
  internalSecret: string | null
  /** Number of demo users to create in empty databases. 0 for none. */
  seedUsers: number
  accessTokenTtlS: number
  /** Environment for every process. */
  env: Env
}

/**
 * Reads the settings of the supervisor, and checks the variables of all processes, so that errors are reported before
 * anything is started.
 *
 * @throws UserFacingError that names each invalid variable
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
    // Demo users have a known password. In production they are created only on request.
    seedUsers: isProduction && !env['SEED_USERS'] ? 0 : config.SEED_USERS,
    accessTokenTtlS,
    env: { ...env, ACCESS_TOKEN_TTL_S: String(accessTokenTtlS) },
  }
}

/** Reports all invalid variables of all processes at once. Variables that the supervisor sets itself are not checked. */
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
