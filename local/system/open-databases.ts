import { randomBytes } from 'node:crypto'
import { readConfig, type Env } from '../../platform/config/read-config.ts'
import { startEmbeddedPostgres } from '../postgres/start.ts'
import { root } from '../../platform/root.ts'
import { databases } from '../../contracts/topology.ts'
import { openDataDir } from './data-dir.ts'
import { migrateDatabases, provisionDatabases, type DatabaseUrls } from './databases.ts'
import { givenDatabases, requireDatabases } from './given-databases.ts'
import { keepSecrets } from './secrets.ts'

export type OpenDatabases = AsyncDisposable & { urls: DatabaseUrls }

/**
 * Opens and migrates the databases, for commands that do not need the services: those of DATABASE_URL_*, or the
 * embedded ones in DATA_DIR, which a later `npm start` also uses.
 *
 * @throws UserFacingError if `npm start` is using the folder, or a given database can't be used
 */
export async function openDatabases(env: Env, log: (line: string) => void): Promise<OpenDatabases> {
  await using stack = new AsyncDisposableStack()
  const given = givenDatabases(env)
  if (given) await requireDatabases(given)
  const urls = given ?? (await embeddedDatabases(env, log, stack))
  const applied = await migrateDatabases(urls)
  for (const database of databases) {
    const names = applied[database]
    log(`${database}: ${names.length > 0 ? `migrated ${names.join(', ')}` : 'up to date'}`)
  }
  const opened = stack.move()
  return { urls, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

async function embeddedDatabases(env: Env, log: (line: string) => void, stack: AsyncDisposableStack) {
  const dataDir = stack.use(await openDataDir(readConfig(['DATA_DIR'], env).DATA_DIR, root))
  const secrets = await keepSecrets(dataDir.path, randomBytes)
  const postgres = stack.use(
    await startEmbeddedPostgres({ dataDir: dataDir.path, password: secrets.superuser, log }),
  )
  return provisionDatabases(postgres.url, secrets)
}
