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

/** The folder Postgres keeps everything in, and the user it runs as. */
export type Home = { folder: string; as: RunAs }

/** In the data folder: names the folder of the data, where that is elsewhere. */
const RECORD = 'postgres-home'

/**
 * Makes the folder of the data: `postgres` in `dataDir`. As root, when the user that Postgres then runs as cannot
 * enter that folder (somewhere above it is a folder of root alone), a folder in /var/tmp instead. Its name follows
 * from `dataDir` and `secret`, so that a new `dataDir` at an old place starts afresh; once there is data in it,
 * `recordHome` makes it known to `dataDir`, wherever that is moved to.
 *
 * @throws UserFacingError when the folder belongs to somebody else, or the data that was recorded is gone
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
  log(`its data is in ${far}: it runs as user ${as.uid}, who cannot enter ${dataDir}`)
  return { folder: far, as }
}

/** Writes down in `dataDir` where its data is, unless it is in there anyway. */
export async function recordHome(dataDir: string, { folder }: Home): Promise<void> {
  if (folder === join(dataDir, 'postgres') || (await recordedHome(dataDir)) === folder) return
  const file = join(dataDir, RECORD)
  await writeFile(`${file}.new`, `${folder}\n`)
  await rename(`${file}.new`, file)
}

/** The folder of databases that were made for `dataDir` before; null when there are none. */
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
    `The databases of ${dataDir} are in ${recorded}, says its file ${RECORD}, but are not there any more. \
Put them back; or, to start with empty ones, move ${dataDir} away.`,
  )
}

function unreachableMessage(folder: string, uid: number): string {
  return `The databases in ${folder} belong to user ${uid}, who cannot enter a folder above it. \
Let everybody pass through those (chmod a+x), or move the data folder back to where it was.`
}

/** Where data goes that the user Postgres runs as could not reach in `dataDir`. */
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
