import { lstat, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { UserFacingError } from '../../platform/lifecycle.ts'

/** A folder that every user can enter. It survives a restart of the machine if the machine has /var/tmp. */
export async function sharedFolder(): Promise<string> {
  const kept = await stat('/var/tmp').catch(() => null)
  return kept?.isDirectory() ? '/var/tmp' : tmpdir()
}

/**
 * Any user can create files in a shared folder, under a name that can be guessed. So an existing path is used only if
 * it is a real folder, is owned by `uid`, and nobody else can write to it.
 *
 * @throws UserFacingError otherwise
 */
export async function requireOwnFolder(path: string, uid: number): Promise<void> {
  const found = await lstat(path)
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o022) === 0) return
  throw new UserFacingError(
    `${path} is not a folder that only user ${uid} can change (owner ${found.uid}, mode ${(found.mode & 0o7777).toString(8)}). \
Somebody else made it: move it away, then start again.`,
  )
}
