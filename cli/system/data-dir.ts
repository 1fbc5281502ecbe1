import { access, chmod, constants, mkdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { takeLock } from '../../platform/process/lock-file.ts'

/** The folder of everything that is kept, for one supervisor alone. */
export type DataDir = AsyncDisposable & { path: string }

/**
 * Makes the folder if need be, and locks it.
 *
 * @param base the folder that a relative path starts from
 * @throws UserFacingError when it cannot be written, or another supervisor has it
 */
export async function openDataDir(given: string, base: string): Promise<DataDir> {
  const path = resolve(base, given)
  await makeWritable(path)
  const outcome = await takeLock(join(path, 'lock'))
  if (outcome.held) return { path, [Symbol.asyncDispose]: () => outcome.lock[Symbol.asyncDispose]() }
  throw new UserFacingError(
    `Tessera already runs on ${path} (pid ${outcome.holder}). Stop it first, or start a second one: \
DATA_DIR=${given}2 PORT=4010.`,
  )
}

async function makeWritable(path: string): Promise<void> {
  try {
    const made = await mkdir(path, { recursive: true })
    // As root, Postgres runs as somebody else, who must be able to pass through, whatever the umask is.
    if (made !== undefined) await chmod(path, 0o755)
    if (!(await stat(path)).isDirectory()) throw new Error('it is not a folder')
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const reason =
      error instanceof Error ? error.message.replace(/^[A-Z]+: |, [a-z]+ '.*'$/g, '') : String(error)
    throw new UserFacingError(
      `DATA_DIR=${path} cannot be used: ${reason}. Make it writable for this user, or choose another folder.`,
    )
  }
}
