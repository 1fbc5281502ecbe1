import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { processIdentity } from './identity.ts'

/** Either the lock, freed by disposing it, or the pid of the living process that holds it. */
export type LockOutcome = { held: true; lock: AsyncDisposable } | { held: false; holder: number }

/**
 * Takes a lock that is a file naming its holder. A holder that died without freeing it, even by SIGKILL or a power
 * cut, holds it no longer: what counts is whether the process that wrote the file still lives, not its pid alone.
 *
 * @param path the lock file; its folder must exist
 */
export async function takeLock(path: string): Promise<LockOutcome> {
  const mine = `${process.pid} ${await processIdentity(process.pid)}\n`
  const draft = `${path}.${process.pid}`
  await writeFile(draft, mine)
  try {
    // Each round either takes the lock, finds a living holder, or removes one dead one.
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

/** A hard link is atomic: nobody ever reads a lock file that is half written. */
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

/** Removes a dead holder's file; if another process took the lock in between, puts that one's file back. */
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
