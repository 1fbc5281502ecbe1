import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { delimiter, dirname } from 'node:path'
import { UserFacingError } from '../../../platform/lifecycle.ts'
import type { run } from '../../../local/processes/run.ts'
import { fetchRedis, lastLine } from './debian-archive.ts'
import { findRedis } from '../../../local/redis/find-redis.ts'

/** A PATH that contains a server program, or one line that says why there is none and what to do. */
export type GotRedis = { kind: 'found'; path: string } | { kind: 'none'; reason: string }

export type GetRedisOptions = {
  /** Folders to search first, in the format of the variable PATH. */
  path: string
  /** Our folder for a downloaded program. The path is absolute; the folder need not exist. */
  cache: string
  /** Called before a download. */
  log: (line: string) => void
  run: typeof run
}

/**
 * Finds a Redis server program, or downloads one from the package archive of Debian or Ubuntu. That needs neither root
 * nor an installation. If two processes download at the same time, the second one uses the first one's program.
 */
export async function getRedis({ path, cache, log, run: runIt }: GetRedisOptions): Promise<GotRedis> {
  if ((await findRedis(path)) !== null) return { kind: 'found', path }
  try {
    if ((await whyNot(cache, runIt)) !== null) {
      log(`none on the PATH: downloading one into ${cache}`)
      await fill(cache, runIt)
    }
    return { kind: 'found', path: [path, cache].filter(Boolean).join(delimiter) }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    const remedy = 'Set REDIS_URL, or install one: apt-get install redis-server.'
    return {
      kind: 'none',
      reason: `No Redis: none on the PATH, and none could be got (${detail}). ${remedy}`,
    }
  }
}

async function fill(cache: string, runIt: typeof run): Promise<void> {
  await mkdir(dirname(cache), { recursive: true })
  const draft = await mkdtemp(`${cache}.`)
  try {
    // The next test run may be that of another user.
    await chmod(draft, 0o755)
    await fetchRedis(draft, runIt)
    const reason = await whyNot(draft, runIt)
    if (reason !== null) throw new UserFacingError(reason)
    if ((await whyNot(cache, runIt)) !== null) await rm(cache, { recursive: true, force: true })
    await rename(draft, cache)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if ((await whyNot(cache, runIt)) !== null) throw error
  }
}

/**
 * Returns why the program in a folder can't be used, or null. It may come from another machine, or be older than an
 * upgrade.
 */
async function whyNot(folder: string, runIt: typeof run): Promise<string | null> {
  const program = await findRedis(folder)
  if (program === null) return `no program in ${folder}`
  const version = await runIt(program, ['--version'])
  return version.code === 0 ? null : `redis-server: ${lastLine(version)}`
}
