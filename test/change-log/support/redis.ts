import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { createOutput } from '../../../local/system/output.ts'
import { startRedis } from '../../../local/redis/start-redis.ts'
import type { SendCommand } from '../../../patterns/change-log/transports/redis/command.ts'
import { UserFacingError } from '../../../platform/lifecycle.ts'
import { dialRedis } from '../../../platform/redis/client.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

export type TestRedis = AsyncDisposable & {
  url: string
  /** A connection of its own. */
  connect(): Promise<SendCommand>
}

/**
 * The Redis of REDIS_URL, or one of its own that is stopped at the end.
 *
 * @throws UserFacingError when the global setup could not get one
 */
export async function openRedis(): Promise<TestRedis> {
  await using stack = new AsyncDisposableStack()
  const provided = inject('redis')
  if (provided.kind === 'none') throw new UserFacingError(provided.reason)
  const url = provided.kind === 'given' ? provided.url : await ownRedis(stack, provided.path)
  const opened = stack.move()
  return {
    url,
    connect: async () => opened.use(await dialRedis(url)).send,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

async function ownRedis(stack: AsyncDisposableStack, path: string): Promise<string> {
  const { path: folder } = stack.use(await temporaryFolder())
  const output = createOutput(
    () => {},
    () => new Date(),
  )
  const redis = await startRedis(folder, randomBytes(16).toString('hex'), { PATH: path }, output)
  if (!redis) throw new Error(`The Redis that the global setup found is gone: ${path}`)
  stack.use(redis)
  return redis.url
}
