import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../local/postgres/start.ts'
import { closeOnSignal } from '../support/close-on-signal.ts'
import { startRedisIn } from '../support/redis.ts'
import { runSql } from '../system/sql.ts'

export type Servers = AsyncDisposable & {
  /** URL of the database `postgres`, for the superuser. */
  superuserUrl: string
  /** Process id of Postgres; all its other processes are children of that. */
  postmaster: number
  redisUrl: string
  /** Password of the databases' roles. */
  password: string
}

/**
 * Starts a durable Postgres and a Redis. Disposing stops and removes them; so does a signal that ends the benchmark.
 *
 * @param commitTimes keeps the time of each commit, for `pg_xact_commit_timestamp`
 */
export function openServers(options: { commitTimes: boolean }): Promise<Servers> {
  return closeOnSignal(startServers(options))
}

async function startServers({ commitTimes }: { commitTimes: boolean }): Promise<Servers> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bench-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  // As root, Postgres runs as another user, who must be able to enter the folder.
  await chmod(folder, 0o755)
  const password = randomBytes(12).toString('hex')
  const options = { dataDir: folder, password, log: () => {} }
  if (commitTimes) {
    await using first = await startEmbeddedPostgres(options)
    await runSql(first.url, 'alter system set track_commit_timestamp = on')
  }
  const { url: superuserUrl } = stack.use(await startEmbeddedPostgres(options))
  const redis = stack.use(await startRedisIn(folder, password))
  const [server] = await runSql(superuserUrl, "select pg_read_file('postmaster.pid') as text")
  const opened = stack.move()
  return {
    superuserUrl,
    postmaster: Number.parseInt(String(server?.['text'])),
    redisUrl: redis.url,
    password,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
