import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis, type Redis } from '../../local/redis/start-redis.ts'
import { createOutput } from '../../local/system/output.ts'
import { inheritedEnv } from '../../platform/config/read-config.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { closeOnSignal } from './close-on-signal.ts'

/**
 * Starts a Redis on the cores of this process, with its files in a folder.
 *
 * @throws UserFacingError if none is installed
 */
export async function startRedisIn(folder: string, password: string): Promise<Redis> {
  const output = createOutput(
    () => {},
    () => new Date(),
  )
  const redis = await startRedis(folder, password, inheritedEnv(), output)
  if (!redis) throw new UserFacingError('No Redis: put redis-server or valkey-server on the PATH.')
  return redis
}

/** The same in a temporary folder. Disposing stops and removes it; so does a signal that ends the benchmark. */
export function openRedis(): Promise<AsyncDisposable & Pick<Redis, 'url'>> {
  return closeOnSignal(startInTemporaryFolder())
}

async function startInTemporaryFolder() {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bench-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const { url } = stack.use(await startRedisIn(folder, randomBytes(12).toString('hex')))
  const opened = stack.move()
  return { url, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}
