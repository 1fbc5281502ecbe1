import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { processIdentity } from './identity.ts'

/** The lock, released by disposing it, or the pid of the running process that holds it. */
export type LockOutcome = { held: true; lock: AsyncDisposable } | { held: false; holder: number }

/**
 * Takes a lock: a file that names its holder. If the holder exits without releasing it (even by SIGKILL or a power
 * failure), the lock is free again. The check compares more than the pid: the same process must still be running.
 *
 * @param path the lock file; its folder must exist
 */
export async function takeLock(path: string): Promise<LockOutcome> {
  const mine = `${process.pid} ${await processIdentity(process.pid)}\n`
  const draft = `${path}.${process.pid}`
  await writeFile(draft, mine)
  try {
    // Each iteration takes the lock, finds a running holder, or removes the file of a holder that has exited.
    for (;;) {
      if (await linked(draft, path)) return { held: true, lock: releaser(path, mine) }
      const holder = await livingHolder(path)
      if (holder !== null) return { held: false, holder }
      await discard(path, `${draft}.stale`)
    }
  } finally {
    await rm(draft, { force: true })
  }
}

/** Creating a hard link is atomic, so no process ever reads an incomplete lock file. */
async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

async function livingHolder(path: string): Promise<number | null> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const [pid = '', ...identity] = text.trim().split(' ')
  if (!/^\d+$/.test(pid)) return null
  return (await processIdentity(Number(pid))) === identity.join(' ') ? Number(pid) : null
}

/** Removes the file of a holder that has exited. If another process took the lock meanwhile, its file is restored. */
async function discard(path: string, aside: string): Promise<void> {
  try {
    await rename(path, aside)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw error
  }
  if ((await livingHolder(aside)) !== null) await linked(aside, path)
  await rm(aside, { force: true })
}

function releaser(path: string, mine: string): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      if ((await readFile(path, 'utf8').catch(() => '')) === mine) await rm(path, { force: true })
    },
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
