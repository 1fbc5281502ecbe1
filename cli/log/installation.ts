import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import { readConfig, type Env } from '../../platform/config/read-config.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { madeBefore } from '../../local/postgres/home.ts'
import { readPidFile, superuserUrl } from '../../local/postgres/postmaster.ts'
import { startEmbeddedPostgres } from '../../local/postgres/start.ts'
import { takeLock } from '../../local/processes/lock-file.ts'
import { root } from '../../platform/root.ts'
import { provisionedDatabases, type DatabaseUrls } from '../../local/system/databases.ts'
import { givenDatabases } from '../../local/system/given-databases.ts'
import { runningRedis } from '../../local/redis/start-redis.ts'
import { keepSecrets } from '../../local/system/secrets.ts'

/** The databases and the Redis that the commands use. */
export type Installation = AsyncDisposable & {
  urls: DatabaseUrls
  /** URL of the Redis that carries the logs. Null if the logs do not use Redis, or its URL is not known. */
  redisUrl: string | null
  /** URL of the Redis that gateways may cache in. Null if it is not known. */
  cacheRedisUrl: string | null
  /** Whether the databases are given by DATABASE_URL_*. */
  given: boolean
}

/**
 * Finds the databases of DATABASE_URL_*, or those in DATA_DIR. If `npm start` runs on DATA_DIR, its Postgres is used.
 * Otherwise Postgres is started, and stopped again by disposing. Nothing is created or migrated.
 *
 * @param log called with the messages of Postgres if it is started
 * @throws UserFacingError if there are no databases
 */
export async function openInstallation(env: Env, log: (line: string) => void): Promise<Installation> {
  const { REDIS_URL, LOG_TRANSPORT } = readConfig(['REDIS_URL', 'LOG_TRANSPORT'], env)
  const byFeed = LOG_TRANSPORT === 'feed'
  const given = givenDatabases(env)
  if (given) {
    const cacheRedisUrl = REDIS_URL ?? null
    const redisUrl = byFeed ? null : cacheRedisUrl
    return { urls: given, redisUrl, cacheRedisUrl, given: true, [Symbol.asyncDispose]: async () => {} }
  }
  const dataDir = resolve(root, readConfig(['DATA_DIR'], env).DATA_DIR)
  const folder = await madeBefore(dataDir)
  if (folder === null) {
    throw new UserFacingError(
      `There are no databases in DATA_DIR=${dataDir}. Set DATA_DIR to the right folder, set DATABASE_URL_*, or create the databases: npm start.`,
    )
  }
  const secrets = await keepSecrets(dataDir, randomBytes)
  await using stack = new AsyncDisposableStack()
  const server = await findServer(dataDir, folder, secrets.superuser, log, stack)
  const cacheRedisUrl = REDIS_URL ?? (await runningRedis(dataDir, secrets.redis))
  const opened = stack.move()
  return {
    urls: provisionedDatabases(server, secrets),
    redisUrl: byFeed ? null : cacheRedisUrl,
    cacheRedisUrl,
    given: false,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** URL of the running Postgres, or of one that is started now. */
async function findServer(
  dataDir: string,
  folder: string,
  password: string,
  log: (line: string) => void,
  stack: AsyncDisposableStack,
): Promise<string> {
  const outcome = await takeLock(join(dataDir, 'lock'))
  if (outcome.held) {
    stack.use(outcome.lock)
    return stack.use(await startEmbeddedPostgres({ dataDir, password, log })).url
  }
  const found = await readPidFile(join(folder, 'data/postmaster.pid'))
  if (found?.port != null) return superuserUrl(found.port, password)
  throw new UserFacingError(
    `Tessera runs on ${dataDir} (pid ${outcome.holder}), but its Postgres is not running or still starting. Wait and try again.`,
  )
}
