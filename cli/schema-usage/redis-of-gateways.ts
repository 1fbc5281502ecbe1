import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { madeBefore } from '../../local/postgres/home.ts'
import { runningRedis } from '../../local/redis/start-redis.ts'
import { keepSecrets } from '../../local/system/secrets.ts'
import { readConfig, type Env } from '../../platform/config/read-config.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { root } from '../../platform/root.ts'

/**
 * URL of the Redis in which gateways record: that of REDIS_URL, or the one that `npm start` runs for DATA_DIR.
 *
 * @throws UserFacingError if there is neither
 */
export async function redisOfGateways(env: Env): Promise<string> {
  const { REDIS_URL, DATA_DIR } = readConfig(['REDIS_URL', 'DATA_DIR'], env)
  if (REDIS_URL !== undefined) return REDIS_URL
  const dataDir = resolve(root, DATA_DIR)
  const running = (await madeBefore(dataDir)) === null ? null : await startedRedis(dataDir)
  if (running !== null) return running
  throw new UserFacingError(
    `REDIS_URL is not set, and \`npm start\` runs no Redis for DATA_DIR=${dataDir}. Set REDIS_URL to the Redis of the gateways.`,
  )
}

async function startedRedis(dataDir: string): Promise<string | null> {
  const { redis } = await keepSecrets(dataDir, randomBytes)
  return runningRedis(dataDir, redis)
}
