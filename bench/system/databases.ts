import { forServices } from '../../contracts/topology.ts'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../platform/root.ts'
import { seed } from '../../local/seed/seed.ts'
import { migrateDatabases, provisionDatabases, type DatabaseUrls } from '../../local/system/databases.ts'
import { makeSecrets } from '../../local/system/secrets.ts'
import { startEmbeddedPostgres } from '../../local/postgres/start.ts'
import { provision } from '../../platform/postgres/provision.ts'
import { databaseOf, runSql } from './sql.ts'

export type BenchDatabases = AsyncDisposable & {
  /** URL of the database `postgres`, for the superuser. */
  superuserUrl: string
  /** Process id of the server. All other processes of Postgres are its children. */
  postmaster: number
  /** The three databases of the services, and a copy of them, so that their statements can be counted separately. */
  services: DatabaseUrls
  copies: DatabaseUrls
  /** The same rows in one database. */
  combined: string
}

/** Seed of the random numbers of the standard graph. The first `npm start` uses the same. */
const RNG = 42
const POSTS_PER_USER = 20

/**
 * Starts a separate Postgres in a temporary folder and fills it: twice with our three databases, and once with a single
 * database for PostGraphile. The seed creates the same rows from the same number, byte for byte. Disposing removes
 * everything.
 */
export async function openBenchDatabases(
  users: number,
  log: (line: string) => void,
): Promise<BenchDatabases> {
  await using stack = new AsyncDisposableStack()
  const dataDir = await mkdtemp(join(tmpdir(), 'tessera-bench-'))
  stack.defer(() => rm(dataDir, { recursive: true, force: true }))
  // When started as root, Postgres runs as another user, who must be able to enter the folder.
  await chmod(dataDir, 0o755)
  const secrets = makeSecrets(randomBytes)
  const postgres = stack.use(
    await startEmbeddedPostgres({ dataDir, password: secrets.superuser, durable: false, log }),
  )
  const filled = await fillBenchDatabases(postgres.url, users, secrets, log)
  const [server] = await runSql(postgres.url, "select pg_read_file('postmaster.pid') as text")
  const opened = stack.move()
  return {
    ...filled,
    superuserUrl: postgres.url,
    postmaster: Number(String(server?.['text']).split('\n')[0]),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Creates the databases in an empty Postgres, and fills them. */
export async function fillBenchDatabases(
  superuserUrl: string,
  users: number,
  secrets: Parameters<typeof provisionDatabases>[1],
  log: (line: string) => void,
): Promise<Pick<BenchDatabases, 'services' | 'copies' | 'combined'>> {
  const services = await provisionDatabases(superuserUrl, secrets)
  await migrateDatabases(services)
  const options = { users, postsPerUser: POSTS_PER_USER, rng: RNG }
  await seed({ ...options, urls: services, log })
  const copies = forServices((service) => `${services[service]}_copy`)
  for (const url of Object.values(services)) {
    const name = databaseOf(url)
    await runSql(superuserUrl, `create database ${name}_copy template ${name} owner ${name}`)
  }
  const [combined] = (await provision(superuserUrl, [
    { name: 'tessera_combined', password: secrets.users },
  ])) as [string]
  await runFile(combined, 'postgraphile.sql')
  await seed({ ...options, urls: forServices(() => combined), log: () => {} })
  await runFile(combined, 'postgraphile-after.sql')
  // Index-only scans need the visibility map. Vacuuming now also prevents an autovacuum during a measurement.
  for (const url of [...Object.values(services), ...Object.values(copies), combined]) {
    await runSql(url, 'vacuum (analyze, freeze)')
  }
  return { services, copies, combined }
}

async function runFile(url: string, file: string): Promise<void> {
  await runSql(url, await readFile(join(root, 'bench/baselines/system', file), 'utf8'))
}
