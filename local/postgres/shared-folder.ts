import { lstat, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { UserFacingError } from '../../platform/lifecycle.ts'

/** A folder that every user can enter and that outlives a restart of the machine, where there is one. */
export async function sharedFolder(): Promise<string> {
  const kept = await stat('/var/tmp').catch(() => null)
  return kept?.isDirectory() ? '/var/tmp' : tmpdir()
}

/**
 * Everybody can make files in a shared folder, under a name that can be guessed. So what stands there is used only
 * when it is a real folder, owned by `uid`, that nobody else can change.
 *
 * @throws UserFacingError when it is not
 */
export async function requireOwnFolder(path: string, uid: number): Promise<void> {
  const found = await lstat(path)
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o022) === 0) return
  throw new UserFacingError(
    `${path} is not a folder that only user ${uid} can change (owner ${found.uid}, mode ${(found.mode & 0o7777).toString(8)}). \
Somebody else made it: move it away, then start again.`,
  )
}
