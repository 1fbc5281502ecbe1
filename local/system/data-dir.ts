import { access, chmod, constants, mkdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { takeLock } from '../processes/lock-file.ts'

/** The folder of all persistent data. Only one supervisor can use it at a time. */
export type DataDir = AsyncDisposable & { path: string }

/**
 * Creates the folder if necessary, and locks it.
 *
 * @param base the folder that a relative path is resolved against
 * @throws UserFacingError if the folder is not writable, or another supervisor uses it
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
    // When started as root, Postgres runs as another user, who must be able to enter the folder whatever the umask is.
    if (await makeFolder(path)) await chmod(path, 0o755)
    if (!(await stat(path)).isDirectory()) throw new NotAFolder()
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new UserFacingError(`DATA_DIR=${path} cannot be used: ${explain(error)}, or choose another folder.`)
  }
}

class NotAFolder extends Error {}

/**
 * Creates the folder and its parents. The `recursive` option of `mkdir` is not used: it never returns if an existing
 * folder refuses new entries with ENOENT, as /proc does.
 *
 * @returns whether the folder was created by this call
 */
async function makeFolder(path: string): Promise<boolean> {
  const made = await tryMake(path)
  if (made !== 'no parent') return made === 'made'
  if (dirname(path) !== path) await makeFolder(dirname(path))
  await mkdir(path)
  return true
}

async function tryMake(path: string): Promise<'made' | 'there' | 'no parent'> {
  try {
    await mkdir(path)
    return 'made'
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST') return 'there'
    if (code === 'ENOENT') return 'no parent'
    throw error
  }
}

function explain(error: unknown): string {
  if (error instanceof NotAFolder) return 'it is a file, not a folder. Move the file away'
  const code = codeOf(error)
  if (code === 'ENOTDIR') return 'a part of its path is a file, not a folder. Move that file away'
  if (code === 'ENOENT') return 'no folder can be created there. Create it manually'
  const message = error instanceof Error ? error.message : String(error)
  return `${message.replace(/^[A-Z]+: |, [a-z]+ '.*'$/g, '')}. Make it writable for this user`
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
