import { createHash } from 'node:crypto'
import { chmod, chown, lstat, mkdir, realpath, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { UserFacingError } from '../../lifecycle.ts'
import { run, type RunAs } from '../../process/run.ts'
import { chooseUser } from './run-as.ts'
import { requireOwnFolder, sharedFolder } from './shared-folder.ts'

/** The folder Postgres keeps everything in, and the user it runs as. */
export type Home = { folder: string; as: RunAs }

/**
 * Makes the folder of the data: `postgres` in `dataDir`. As root, when the user that Postgres then runs as cannot
 * enter that folder (somewhere above it is a folder of root alone), a folder in /var/tmp instead. Its name follows
 * from `dataDir` and `secret`: the same data is found again, and a new `dataDir` at an old place starts afresh.
 *
 * @throws UserFacingError when the folder belongs to somebody else
 */
export async function openHome(dataDir: string, secret: string, log: (line: string) => void): Promise<Home> {
  const near = join(dataDir, 'postgres')
  const as = await chooseUser(near)
  if (as === null) return { folder: await makeOwn(near), as }
  await mkdir(near, { recursive: true })
  await giveTo(near, as)
  if (await canEnter(near, as)) return { folder: near, as }
  await rmdir(near).catch(() => {})
  const name = createHash('sha256')
    .update(`${await realpath(dataDir)}\0${secret}`)
    .digest('hex')
    .slice(0, 16)
  const far = join(await sharedFolder(), `tessera-data-${name}`)
  await claim(far, as)
  log(`its data is in ${far}: it runs as user ${as.uid}, who cannot enter ${dataDir}`)
  return { folder: far, as }
}

async function makeOwn(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { uid } = await lstat(folder)
  const own = process.getuid?.()
  if (own === undefined || uid === own) return folder
  throw new UserFacingError(
    `${folder} belongs to another user (uid ${uid}, you are ${own}). \
Start as that user or as root, or choose another folder: DATA_DIR=….`,
  )
}

/** Never through a symbolic link: root would give away what somebody else points to. */
async function giveTo(folder: string, as: NonNullable<RunAs>): Promise<void> {
  const found = await lstat(folder)
  if (!found.isDirectory()) {
    throw new UserFacingError(
      `${folder} is a symbolic link. Make it a folder, or point DATA_DIR at its target.`,
    )
  }
  if (found.uid === as.uid) return
  await chown(folder, as.uid, as.gid)
  await chmod(folder, 0o700)
}

/** Tried rather than computed from modes: access lists and mount options count too. */
async function canEnter(folder: string, as: RunAs): Promise<boolean> {
  const { code } = await run('/bin/sh', ['-c', 'cd -- "$1" && [ -w . ]', 'sh', folder], { as })
  return code === 0
}

async function claim(folder: string, as: NonNullable<RunAs>): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 })
    await chown(folder, as.uid, as.gid)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    await requireOwnFolder(folder, as.uid)
  }
}
