import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { createOutput } from '../../../cli/system/output.ts'
import { startRedis } from '../../../cli/system/redis.ts'
import type { SendCommand } from '../../../patterns/change-log/redis/command.ts'
import { inheritedEnv } from '../../../platform/config/read-config.ts'

export type TestRedis = AsyncDisposable & {
  /** A connection of its own. */
  connect(): Promise<SendCommand>
}

/** The Redis of REDIS_URL, or one of the PATH that is stopped at the end. */
export async function openRedis(): Promise<TestRedis> {
  await using stack = new AsyncDisposableStack()
  const url = inheritedEnv()['REDIS_URL'] || (await ownRedis(stack))
  const opened = stack.move()
  return {
    connect: async () => {
      const client = createClient({ url, RESP: 2, disableOfflineQueue: true })
      client.on('error', () => {})
      await client.connect()
      opened.defer(() => client.destroy())
      return (args) => client.sendCommand(args)
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

async function ownRedis(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-redis-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const output = createOutput(
    () => {},
    () => new Date(),
  )
  const redis = await startRedis(folder, randomBytes(16).toString('hex'), inheritedEnv(), output)
  if (!redis) throw new Error('No Redis: set REDIS_URL, or put redis-server or valkey-server on the PATH.')
  stack.use(redis)
  return redis.url
}
