import { readConfig, type Config, type Env } from '../../platform/config/read-config.ts'
import type { DatabaseUrls } from './databases.ts'
import { givenDatabases } from './open-databases.ts'

/** Life of an access token under `npm start`: a working day, for somebody who tries things out. Seconds. */
const ACCESS_TOKEN_TTL_S = '28800'

const VARIABLES = [
  'HOST',
  'PORT',
  'NODE_ENV',
  'DATA_DIR',
  'LOG_LEVEL',
  'REDIS_URL',
  'SEED_USERS',
  'SEED_POSTS_PER_USER',
] as const

/** What `npm start` goes by. */
export type Settings = {
  config: Config<(typeof VARIABLES)[number]>
  /** Null: use the embedded Postgres. */
  databaseUrls: DatabaseUrls | null
  /** Null: use the one that is kept in the data folder. */
  internalSecret: string | null
  /** Demo users to put into empty databases; 0: none. */
  seedUsers: number
  /** Handed on to every process. */
  env: Env
}

/** @throws ConfigError or UserFacingError naming each variable at fault */
export function readSettings(env: Env): Settings {
  const config = readConfig(VARIABLES, env)
  return {
    config,
    databaseUrls: givenDatabases(env),
    internalSecret: env['INTERNAL_SECRET'] ? readConfig(['INTERNAL_SECRET'], env).INTERNAL_SECRET : null,
    // Demo people with a known password have no place in production, unless somebody asks for them.
    seedUsers: config.NODE_ENV === 'production' && !env['SEED_USERS'] ? 0 : config.SEED_USERS,
    env: { ...env, ACCESS_TOKEN_TTL_S: env['ACCESS_TOKEN_TTL_S'] || ACCESS_TOKEN_TTL_S },
  }
}
