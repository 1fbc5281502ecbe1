import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { System } from '../../local/system/start-system.ts'
import { getEnd, logUrls } from '../../patterns/change-log/index.ts'
import { inheritedEnv } from '../../platform/config/read-config.ts'
import { INTERNAL_HEADER, signInternal } from '../../platform/internal-auth.ts'

/** When events of the log of users arrived in another process. */
export type Arrivals = AsyncDisposable & {
  /** Milliseconds since 1970, by `ID VERSION`. */
  all(): Promise<ReadonlyMap<string, number>>
}

/** Follows the log of users from its end, through Redis, as gateways do, in a process that does nothing else. */
export async function followArrivals(
  { subgraphUrls, internalSecret }: System,
  redisUrl: string,
): Promise<Arrivals> {
  const { end } = logUrls(subgraphUrls.users, 'users')
  const { position } = await getEnd(end, async (url) => {
    const headers = { [INTERNAL_HEADER]: signInternal(internalSecret, null, 'users', Date.now()) }
    return (await fetch(url, { headers })).text()
  })
  const child = fork(join(import.meta.dirname, 'log-process.ts'), [redisUrl, JSON.stringify(position)], {
    env: inheritedEnv(),
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  const exited = once(child, 'exit')
  const message = async () => {
    const received = await Promise.race([once(child, 'message'), exited.then(() => null)])
    if (!received) throw new Error('The process that follows the log ended. Its output is above.')
    return received[0] as unknown
  }
  await message()
  return {
    async all() {
      const received = message()
      child.send('report')
      return new Map((await received) as [string, number][])
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}
