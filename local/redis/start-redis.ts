import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Env } from '../../platform/config/read-config.ts'
import { commandLine } from '../processes/identity.ts'
import { manageProcess } from '../processes/managed-process.ts'
import { freePort } from '../../platform/ports.ts'
import { findRedis } from './find-redis.ts'
import { redisProbe } from './probe.ts'
import type { Output } from '../system/output.ts'

export type Redis = AsyncDisposable & { url: string; killNow(): void }

/**
 * Starts a Redis or Valkey from the PATH, on 127.0.0.1, with a password and without persistence.
 *
 * @returns null if none is installed
 * @throws UserFacingError if it does not start
 */
export async function startRedis(
  dataDir: string,
  password: string,
  env: Env,
  output: Output,
): Promise<Redis | null> {
  const program = await findRedis(env['PATH'] ?? '')
  if (program === null) {
    output.progress(
      'No Redis: REDIS_URL is not set, and redis-server or valkey-server is not on the PATH. It is optional.',
    )
    return null
  }
  output.progress('Starting Redis')
  const folder = join(dataDir, 'redis')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (await stopSurvivor(folder))
    output.report('redis', 'warn', 'stopped the Redis that a killed supervisor had left running')
  const port = await freePort()
  const file = join(folder, 'redis.conf')
  await writeFile(file, configuration(port, folder, password), { mode: 0o600 })
  const redis = manageProcess({
    name: 'redis',
    command: program,
    args: [file],
    env: { PATH: env['PATH'] },
    cwd: folder,
    ipc: false,
    probe: redisProbe(port),
    onLine: (line) => output.foreign('redis', line),
    report: (level, message) => output.report('redis', level, message),
  })
  await redis.start()
  return {
    url: urlOf(port, password),
    killNow: () => redis.killNow(),
    [Symbol.asyncDispose]: () => redis.stop(),
  }
}

/** Stops a Redis that was left running by a killed supervisor. Its data is not needed. */
async function stopSurvivor(folder: string): Promise<boolean> {
  const survivor = await findRunning(folder)
  await rm(join(folder, 'pid'), { force: true })
  if (survivor) process.kill(survivor.pid, 'SIGKILL')
  return survivor !== null
}

/** URL of the Redis that `startRedis` started for a data folder. Null if none runs. */
export async function runningRedis(dataDir: string, password: string): Promise<string | null> {
  const running = await findRunning(join(dataDir, 'redis'))
  return running && urlOf(running.port, password)
}

/** Identifies a running Redis by its pid file and its command line: Redis puts its address into its process title. */
async function findRunning(folder: string): Promise<{ pid: number; port: number } | null> {
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8').catch(() => '0'))
  const text = await readFile(join(folder, 'redis.conf'), 'utf8').catch(() => '')
  const port = Number(/^port (\d+)$/m.exec(text)?.[1])
  if (!pid || !(await commandLine(pid)).includes(`127.0.0.1:${port}`)) return null
  return { pid, port }
}

const urlOf = (port: number, password: string) => `redis://:${password}@127.0.0.1:${port}`

/** The cache requires a `volatile-*` policy: keys without an expiry must never be evicted. */
function configuration(port: number, folder: string, password: string): string {
  return `bind 127.0.0.1
port ${port}
dir "${folder}"
pidfile "${join(folder, 'pid')}"
requirepass ${password}
save ""
appendonly no
daemonize no
loglevel warning
maxmemory 256mb
maxmemory-policy volatile-lru
`
}
