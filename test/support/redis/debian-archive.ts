import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { UserFacingError } from '../../../platform/lifecycle.ts'
import type { Finished, run } from '../../../local/processes/run.ts'

/** Name of the program. It is also the name of the first of its packages, in Debian and in Ubuntu. */
const SERVER = 'redis-server'
const PACKAGES = [SERVER, 'redis-tools'] as const

/**
 * Downloads a Redis server from the package archive into a folder, with the libraries that this machine lacks. Nothing
 * is installed or written outside the folder, so root is not needed. The program is `redis-server` in the folder; the
 * folder can be moved.
 *
 * @param folder absolute and empty
 * @throws UserFacingError with the last line of apt-get or dpkg
 */
export async function fetchRedis(folder: string, runIt: typeof run): Promise<void> {
  const apt = join(folder, 'apt')
  await download(apt, runIt)
  const archives = (await readdir(join(apt, 'archives'))).filter((name) => name.endsWith('.deb'))
  for (const name of archives) {
    const unpacked = await runIt('dpkg', ['-x', join(apt, 'archives', name), folder])
    if (unpacked.code !== 0) throw new UserFacingError(`dpkg: ${lastLine(unpacked)}`)
  }
  await rm(apt, { recursive: true, force: true })
  await writeFile(join(folder, SERVER), await launcher(folder), { mode: 0o755 })
}

/**
 * Downloads the packages and their dependencies that are not installed. It uses the package lists of the machine. If
 * the machine has none, as in most containers, or outdated ones, it downloads new lists into the folder.
 */
async function download(apt: string, runIt: typeof run): Promise<void> {
  const lists = join(apt, 'lists')
  await mkdir(join(apt, 'archives/partial'), { recursive: true })
  await mkdir(join(lists, 'partial'), { recursive: true })
  const settings = [
    // Only reads the installed packages: no lock is needed, and root need not switch to the user `_apt`.
    'Debug::NoLocking=true',
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
    'Acquire::Retries=1',
    'Acquire::http::Timeout=15',
    'Acquire::https::Timeout=15',
    'Dir::Cache::pkgcache=',
    'Dir::Cache::srcpkgcache=',
    `Dir::Cache::archives=${join(apt, 'archives')}`,
  ]
  const aptGet = (args: string[], more: string[] = []) =>
    runIt('apt-get', [...args, '-qq', ...[...settings, ...more].flatMap((setting) => ['-o', setting])])
  // Includes installed packages, because their programs were not on the PATH.
  const install = ['install', ...PACKAGES, '-y', '--download-only', '--reinstall', '--no-install-recommends']
  if ((await aptGet(install)).code === 0) return
  const own = [`Dir::State::lists=${lists}`]
  // The update fails if any archive is unreachable. Whether that matters is decided by the second attempt.
  const update = await aptGet(['update'], own)
  const installed = await aptGet(install, own)
  if (installed.code === 0) return
  const [warning = ''] = update.output.split('\n')
  throw new UserFacingError(`apt-get: ${[warning, lastLine(installed)].filter(Boolean).join('; ')}`)
}

/** A launcher script that finds the libraries next to it, wherever the folder is. */
async function launcher(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const libraries = entries.filter(({ name }) => /\.so\.\d/.test(name))
  const folders = new Set(libraries.map(({ parentPath }) => relative(folder, parentPath)))
  const path = [...folders].map((name) => `$here/${name}`).join(':')
  return `#!/bin/sh
here=\${0%/*}
LD_LIBRARY_PATH="${path}" exec "$here/usr/bin/${SERVER}" "$@"
`
}

/** The last line of a failed program. For most programs it is the reason. */
export function lastLine({ code, output }: Finished): string {
  return output.split('\n').at(-1) || `ended with ${code}`
}
