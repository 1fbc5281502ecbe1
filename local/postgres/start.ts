import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { freePort, isPortFree } from '../../platform/ports.ts'
import { locateBinaries } from './binaries.ts'
import { clusterFolder, ensureCluster } from './cluster.ts'
import { openHome, recordHome, type Home } from './home.ts'
import { findRunning, readPidFile, startPostmaster, stopPostmaster, superuserUrl } from './postmaster.ts'
import { requireResponse } from './try-url.ts'
import { watchServer } from './watch.ts'

export type EmbeddedOptions = {
  /** Postgres uses the folder `postgres` in this folder, which must exist. */
  dataDir: string
  /** Password of the superuser. Must be the same at each start. */
  password: string
  /** Set to false in tests: the data then does not survive a power failure and is removed at the end. @default true */
  durable?: boolean
  log: (line: string) => void
  /** Called with messages about unexpected events. @default log */
  warn?: (line: string) => void
}

export type EmbeddedPostgres = AsyncDisposable & {
  port: number
  /** Contains the data and the server's log. */
  folder: string
  /** URL of the database `postgres`, for the superuser. */
  url: string
  /** Stops the server immediately, without flushing data and without waiting. For use just before this process exits. */
  killNow(): void
}

/**
 * Starts the Postgres that npm installed, on 127.0.0.1 and on a free port that stays the same. If a killed supervisor
 * left a server running on the same data, that server is used instead. If the server exits unexpectedly, it is
 * restarted on the same port. Disposing stops it.
 *
 * @throws UserFacingError with one line that says what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { dataDir, password, durable = true, log, warn = log } = options
  const home = await openHome(dataDir, password, log)
  await using stack = new AsyncDisposableStack()
  if (!durable) stack.defer(() => rm(home.folder, { recursive: true, force: true }))
  const binaries = await locateBinaries(home.as, log)
  await ensureCluster(home, binaries, password, durable)
  if (durable) await recordHome(dataDir, home)
  const running = await findRunning(home, password)
  if (running) log(`adopted the server that was left running (pid ${running.pid})`)
  const port = running?.port ?? (await choosePort(home))
  const begin = () => startPostmaster(home, binaries, settings(port, durable))
  if (!running) await begin().catch((error: unknown) => advise(error, home))
  stack.defer(() => stopPostmaster(home, binaries, durable ? 'fast' : 'immediate'))
  const url = superuserUrl(port, password)
  await requireResponse(url, clusterFolder(home))
  const beginAgain = async () => {
    if (!(await findRunning(home, password))) await begin()
    return pidOf(home)
  }
  const watch = stack.use(watchServer(await pidOf(home), beginAgain, warn))
  const started = stack.move()
  return {
    port,
    folder: home.folder,
    url,
    killNow: () => quitNow(watch.pid),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  }
}

/** Adds advice for a failed first start. A failed restart gets no such advice, because its data must not be moved away. */
function advise(error: unknown, home: Home): never {
  if (!(error instanceof UserFacingError)) throw error
  throw new UserFacingError(`${error.message} To start with an empty database, move ${home.folder} away.`)
}

/** @throws UserFacingError if the server has exited again since its last response */
async function pidOf(home: Home): Promise<number> {
  const found = await readPidFile(join(clusterFolder(home), 'postmaster.pid'))
  if (!found)
    throw new UserFacingError(`Postgres on ${clusterFolder(home)} ended immediately after its start.`)
  return found.pid
}

/** SIGQUIT makes the postmaster shut down immediately. */
function quitNow(pid: number | null): void {
  try {
    if (pid !== null) process.kill(pid, 'SIGQUIT')
  } catch {
    // The process has already exited.
  }
}

/** The port of the previous start, or a free one if another program now uses it. */
async function choosePort(home: Home): Promise<number> {
  const file = join(home.folder, 'port')
  const kept = Number(await readFile(file, 'utf8').catch(() => '0'))
  if (kept > 0 && (await isPortFree('127.0.0.1', kept))) return kept
  const port = await freePort()
  // After a start as root, the file may belong to another user. The folder is ours, so the file can be replaced.
  await rm(file, { force: true })
  await writeFile(file, String(port))
  return port
}

function settings(port: number, durable: boolean): Record<string, string> {
  return {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    max_prepared_transactions: '100',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(!durable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
}
