import { chown, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { run } from '../processes/run.ts'
import { OWN_DATABASES, type Binaries } from './binaries.ts'
import type { Home } from './home.ts'

/** Name of the superuser, and of the database that exists in every new cluster. */
export const SUPERUSER = 'postgres'

/** The folder that contains the database cluster. */
export const clusterFolder = (home: Home) => join(home.folder, 'data')

/**
 * Creates the database cluster if there is none. Otherwise checks that this Postgres can use the existing one. A new
 * cluster gets its final name only when it is complete, so an interrupted start leaves nothing broken. Nothing is ever
 * deleted.
 *
 * Text sorts by code point, and case follows Unicode, so both are the same on every machine, whatever locales it has.
 *
 * @param durable whether the data must survive a power failure
 * @throws UserFacingError if the folder does not contain a cluster, or contains one of another major version
 */
export async function ensureCluster(
  home: Home,
  binaries: Binaries,
  password: string,
  durable: boolean,
): Promise<void> {
  const folder = clusterFolder(home)
  const found = await readdir(folder).catch(() => [])
  if (found.length > 0) return checkVersion(folder, binaries.major)
  const draft = `${folder}.new`
  const passwordFile = join(home.folder, 'password.new')
  await rm(draft, { recursive: true, force: true })
  await rm(passwordFile, { force: true })
  await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' })
  if (home.as) await chown(passwordFile, home.as.uid, home.as.gid)
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--encoding=UTF8']
  const access = [`--username=${SUPERUSER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256']
  const args = ['-D', draft, ...locale, ...access, '--no-instructions', ...(durable ? [] : ['--no-sync'])]
  const { code, output } = await run(binaries.initdb, args, { as: home.as, cwd: home.folder })
  await rm(passwordFile, { force: true })
  if (code !== 0) throw new UserFacingError(`Postgres could not create its data folder: ${lastLine(output)}`)
  await rename(draft, folder)
}

async function checkVersion(folder: string, major: string): Promise<void> {
  const version = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => null)
  if (version === null) {
    throw new UserFacingError(
      `${folder} is not a complete Postgres data folder: PG_VERSION is missing. Restore it from a backup, \
or move it away to start with an empty database. Nothing was changed.`,
    )
  }
  if (version.trim() === major) return
  throw new UserFacingError(
    `${folder} was created by Postgres ${version.trim()}, but the embedded one is ${major}. Move it away to start with an \
empty database, or serve it with Postgres ${version.trim()}. ${OWN_DATABASES}`,
  )
}

function lastLine(text: string): string {
  return text.split('\n').findLast((line) => /error|fatal|could not|denied|space/i.test(line)) ?? text
}
