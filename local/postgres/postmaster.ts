import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { commandLine } from '../processes/identity.ts'
import { run } from '../processes/run.ts'
import type { Binaries } from './binaries.ts'
import { clusterFolder, SUPERUSER } from './cluster.ts'
import type { Home } from './home.ts'
import { tryUrl } from './try-url.ts'

export type Postmaster = { pid: number; port: number }

/** Maximum wait for a server to start (recovery included), and to stop. Seconds. */
const START_S = 60
const STOP_S = 30
/** Maximum wait for a response of a server that outlived its supervisor. Milliseconds. */
const ADOPT_MS = 10_000

const STARTING = { kind: 'silent', reason: 'it is still starting' } as const

/** URL of the superuser's database. */
export function superuserUrl(port: number, password: string): string {
  return `postgres://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${SUPERUSER}`
}

/**
 * Finds the server that already runs on this cluster, because its supervisor was killed. A `postmaster.pid` without a
 * server is removed, even if another program now has that pid.
 *
 * @returns null if no server runs
 * @throws UserFacingError if a server runs and does not accept our password
 */
export async function findRunning(home: Home, password: string): Promise<Postmaster | null> {
  const folder = clusterFolder(home)
  const file = join(folder, 'postmaster.pid')
  const deadline = AbortSignal.timeout(ADOPT_MS)
  for (;;) {
    const found = await readPidFile(file)
    if (!found) return null
    const program = await commandLine(found.pid)
    if (!program.includes(folder)) {
      // Postgres removes the file itself if no process has the pid, but refuses to start if another program has it.
      if (program) await rm(file, { force: true })
      return null
    }
    const response = found.port === null ? STARTING : await tryUrl(superuserUrl(found.port, password))
    if (response.kind === 'open') return { pid: found.pid, port: found.port as number }
    if (response.kind === 'refused' || deadline.aborted) {
      throw new UserFacingError(strangerMessage(found.pid, folder, response.reason))
    }
    await delay(100)
  }
}

/** Starts a server. @throws UserFacingError with the reason from the server's log */
export async function startPostmaster(
  home: Home,
  binaries: Binaries,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const log = join(home.folder, 'postgres.log')
  await rename(log, `${log}.old`).catch(() => {})
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`)
  const { code, output } = await run(
    binaries.pgCtl,
    [
      'start',
      '-w',
      '-t',
      String(START_S),
      '-s',
      '-D',
      clusterFolder(home),
      '-l',
      log,
      '-o',
      options.join(' '),
    ],
    { as: home.as, cwd: home.folder },
  )
  if (code === 0) return
  const lines = (await readFile(log, 'utf8').catch(() => output)).split('\n')
  const reason = lines.find((line) => /FATAL|PANIC/.test(line)) ?? output
  throw new UserFacingError(
    `Postgres did not start on ${clusterFolder(home)}: ${reason.replace(/^.*(FATAL|PANIC): */, '')}. \
Its log is ${log}.`,
  )
}

/** Stops the server. `fast` writes all data to disk first; `immediate` leaves that to the recovery at the next start. */
export async function stopPostmaster(
  home: Home,
  binaries: Binaries,
  mode: 'fast' | 'immediate',
): Promise<void> {
  const args = (how: string) => [
    'stop',
    '-w',
    '-t',
    String(STOP_S),
    '-s',
    '-m',
    how,
    '-D',
    clusterFolder(home),
  ]
  const options = { as: home.as, cwd: home.folder }
  const { code } = await run(binaries.pgCtl, args(mode), options)
  if (code !== 0 && mode === 'fast') await run(binaries.pgCtl, args('immediate'), options)
}

/** Lines of `postmaster.pid`: pid, data folder, start time, port, socket folder, address, shared memory, status. */
export async function readPidFile(file: string): Promise<{ pid: number; port: number | null } | null> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n')
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return null
  return { pid, port: lines[7]?.trim() === 'ready' ? Number(lines[3]) : null }
}

function strangerMessage(pid: number, folder: string, reason: string): string {
  return `A Postgres (pid ${pid}) already runs on ${folder} and cannot be adopted: ${reason}. \
Stop it: kill ${pid}. Then start again.`
}
