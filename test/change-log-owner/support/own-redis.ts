import { join } from 'node:path'
import { inject } from 'vitest'
import { inheritedEnv } from '../../../platform/config/read-config.ts'
import { UserFacingError } from '../../../platform/lifecycle.ts'
import { manageProcess, type ManagedProcess } from '../../../local/processes/managed-process.ts'
import { freePort } from '../../../platform/ports.ts'
import { dialRedis } from '../../../platform/redis/client.ts'
import { findRedis } from '../../../local/redis/find-redis.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

export type OwnRedis = AsyncDisposable & {
  url: string
  /** Start and kill it as you like: it keeps its address, and nothing else. */
  process: ManagedProcess
  /** Runs one command over a connection that is closed again. */
  send(...args: string[]): Promise<unknown>
}

/** A Redis of a test alone, which is not started yet, with the password `secret`. @param further settings of Redis */
export async function ownRedis(further: Readonly<Record<string, string>> = {}): Promise<OwnRedis> {
  const provided = inject('redis')
  const path = provided.kind === 'found' ? provided.path : (inheritedEnv()['PATH'] ?? '')
  const program = await findRedis(path)
  if (program === null) {
    const reason =
      provided.kind === 'none' ? provided.reason : 'REDIS_URL will not do for a test that kills it.'
    throw new UserFacingError(`${reason} Put a redis-server on the PATH.`)
  }
  const port = await freePort()
  const folder = await temporaryFolder()
  const url = `redis://:secret@127.0.0.1:${port}`
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    save: '',
    appendonly: 'no',
    requirepass: 'secret',
    pidfile: join(folder.path, 'pid'),
    ...further,
  }
  const redis = manageProcess({
    name: 'redis',
    command: program,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    env: {},
    cwd: folder.path,
    ipc: false,
    // Signed in: while Redis loads its file, it refuses commands with LOADING only after the password.
    probe: () => ping(url),
    onLine: () => {},
    report: () => {},
  })
  return {
    url,
    process: redis,
    async send(...args) {
      await using connection = await dialRedis(url)
      return await connection.send(args)
    },
    async [Symbol.asyncDispose]() {
      await redis.stop()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** Null if Redis responds. */
async function ping(url: string): Promise<string | null> {
  try {
    await using connection = await dialRedis(url)
    await connection.send(['PING'])
    return null
  } catch (error) {
    return String(error)
  }
}
