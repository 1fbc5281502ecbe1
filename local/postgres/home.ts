import { createHash } from 'node:crypto'
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readFile,
  realpath,
  rename,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { run, type RunAs } from '../processes/run.ts'
import { chooseUser } from './run-as.ts'
import { requireOwnFolder, sharedFolder } from './shared-folder.ts'

/** The folder of all files of Postgres, and the user that Postgres runs as. */
export type Home = { folder: string; as: RunAs }

/** A file in the data folder. It contains the path of the Postgres folder if that is elsewhere. */
const RECORD = 'postgres-home'

/**
 * Creates the Postgres folder: `postgres` in `dataDir`. When started as root, Postgres runs as another user. If that
 * user can't enter `dataDir` (for example, because only root may enter one of its parents), a folder in /var/tmp is
 * used. Its name is derived from `dataDir` and `secret`, so that a new `dataDir` at an old path does not get the old
 * data. Once it contains data, `recordHome` writes its path to `dataDir`, so `dataDir` can be moved.
 *
 * @throws UserFacingError if the folder belongs to another user, or the recorded data no longer exists
 */
export async function openHome(dataDir: string, secret: string, log: (line: string) => void): Promise<Home> {
  const near = join(dataDir, 'postgres')
  const recorded = await recordedHome(dataDir)
  if (recorded !== null) await requireData(recorded, dataDir)
  const as = await chooseUser(near)
  if (as === null) return { folder: await makeOwn(recorded ?? near), as }
  if (recorded === null) {
    await mkdir(near, { recursive: true })
    await giveTo(near, as)
    if (await canEnter(near, as)) return { folder: near, as }
    if (await hasData(near)) throw new UserFacingError(unreachableMessage(near, as.uid))
    await rmdir(near).catch(() => {})
  }
  const far = recorded ?? (await farFolder(dataDir, secret))
  await claim(far, as)
  log(`its data is in ${far}, because it runs as user ${as.uid}, who cannot enter ${dataDir}`)
  return { folder: far, as }
}

/** Writes the path of the Postgres folder to `dataDir`, unless that folder is in `dataDir`. */
export async function recordHome(dataDir: string, { folder }: Home): Promise<void> {
  if (folder === join(dataDir, 'postgres') || (await recordedHome(dataDir)) === folder) return
  const file = join(dataDir, RECORD)
  await writeFile(`${file}.new`, `${folder}\n`)
  await rename(`${file}.new`, file)
}

/** The Postgres folder that was created for `dataDir` earlier. Null if there is none. */
export async function madeBefore(dataDir: string): Promise<string | null> {
  const near = join(dataDir, 'postgres')
  return (await recordedHome(dataDir)) ?? ((await hasData(near)) ? near : null)
}

async function recordedHome(dataDir: string): Promise<string | null> {
  const text = await readFile(join(dataDir, RECORD), 'utf8').catch(() => '')
  return text.trim() || null
}

async function hasData(home: string): Promise<boolean> {
  return stat(join(home, 'data/PG_VERSION')).then(
    () => true,
    (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EACCES',
  )
}

async function requireData(recorded: string, dataDir: string): Promise<void> {
  if (await hasData(recorded)) return
  throw new UserFacingError(
    `The databases of ${dataDir} should be in ${recorded} according to its file ${RECORD}, but that folder no longer exists. \
Put them back; or, to start with empty ones, move ${dataDir} away.`,
  )
}

function unreachableMessage(folder: string, uid: number): string {
  return `The databases in ${folder} belong to user ${uid}, who cannot enter a folder above it. \
Let everybody pass through those (chmod a+x), or move the data folder back to where it was.`
}

/** The Postgres folder for a `dataDir` that the user of Postgres can't enter. */
async function farFolder(dataDir: string, secret: string): Promise<string> {
  const name = createHash('sha256')
    .update(`${await realpath(dataDir)}\0${secret}`)
    .digest('hex')
    .slice(0, 16)
  return join(await sharedFolder(), `tessera-data-${name}`)
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

/** Symbolic links are refused: otherwise root would give away a folder of another user. */
async function giveTo(folder: string, as: NonNullable<RunAs>): Promise<void> {
  const found = await lstat(folder)
  if (!found.isDirectory()) {
    throw new UserFacingError(
      `${folder} is a symbolic link. Replace it with a folder, or set DATA_DIR to its target.`,
    )
  }
  if (found.uid === as.uid) return
  await chown(folder, as.uid, as.gid)
  await chmod(folder, 0o700)
}

/** Tries to enter the folder. The mode alone is not enough, because access lists and mount options count too. */
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
