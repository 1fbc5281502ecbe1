import { randomBytes } from 'node:crypto'
import { generateClients } from '../prisma/generate-clients.ts'
import { startEmbeddedPostgres } from '../postgres/start.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { requirePort } from '../../platform/ports.ts'
import { DEMO_PASSWORD } from '../seed/seed.ts'
import { root } from '../../platform/root.ts'
import { databases } from '../../contracts/topology.ts'
import type { BannerFacts } from './banner.ts'
import { openDataDir } from './data-dir.ts'
import { migrateDatabases, provisionDatabases, type DatabaseUrls } from './databases.ts'
import { signIn } from './demo.ts'
import { requireDatabases } from './given-databases.ts'
import { startRedis } from '../redis/start-redis.ts'
import type { Output } from './output.ts'
import { keepSecrets, type Secrets } from './secrets.ts'
import { seedOnce } from './seed-once.ts'
import type { Settings } from './settings.ts'
import { processNames } from './environment.ts'
import { startSystem } from './start-system.ts'
import type { StartupHooks } from './startup-hooks.ts'

const DEMO_HANDLE = 'alice'

export type Supervised = AsyncDisposable & { facts: Omit<BannerFacts, 'tookMs'> }

/**
 * Starts everything: Postgres, databases, demo data, Redis, services, gateway. Disposing stops it in reverse order.
 *
 * @throws UserFacingError or ConfigError with lines that say what to do
 */
export async function supervise(settings: Settings, hooks: StartupHooks): Promise<Supervised> {
  const { config } = settings
  const { output, signal, onPart } = hooks
  if (config.PORT > 0) await requirePort(config.HOST, config.PORT)
  if (settings.databaseUrls) await requireDatabases(settings.databaseUrls)
  await using stack = new AsyncDisposableStack()
  const dataDir = stack.use(await openDataDir(config.DATA_DIR, root))
  const secrets = await keepSecrets(dataDir.path, randomBytes)

  await generateClients(output.progress)
  signal.throwIfAborted()

  const own = settings.databaseUrls ? null : await ownDatabases(dataDir.path, secrets, hooks, stack)
  const databaseUrls = settings.databaseUrls ?? (own as OwnDatabases).urls
  signal.throwIfAborted()
  await migrateAndReport(databaseUrls, output)
  await seedOnce(settings, databaseUrls, hooks)
  const redisUrl = config.REDIS_URL ?? (await ownRedis(dataDir.path, secrets, settings, hooks, stack))
  signal.throwIfAborted()

  output.progress(`Starting ${processNames.join(', ')}`)
  const system = stack.use(
    await startSystem({
      databaseUrls,
      internalSecret: settings.internalSecret ?? secrets.internal,
      host: config.HOST,
      port: config.PORT,
      env: { ...settings.env, ...(redisUrl && { REDIS_URL: redisUrl }) },
      output,
      signal,
      onPart,
    }),
  )
  const token = await signIn(system.gatewayUrl, DEMO_HANDLE, DEMO_PASSWORD)
  const all = stack.move()
  return {
    facts: {
      gatewayUrl: system.gatewayUrl,
      demo: token === null ? null : { handle: DEMO_HANDLE, password: DEMO_PASSWORD, token },
      tokenTtlS: settings.accessTokenTtlS,
      production: config.NODE_ENV === 'production',
      dataFolders: own && foldersOf(dataDir.path, own.folder),
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

type OwnDatabases = { urls: DatabaseUrls; folder: string }

async function ownDatabases(
  dataDir: string,
  secrets: Secrets,
  { output, onPart }: StartupHooks,
  stack: AsyncDisposableStack,
): Promise<OwnDatabases> {
  output.progress('Starting Postgres')
  const log = (message: string) => output.report('postgres', 'info', message)
  const warn = (message: string) => output.report('postgres', 'warn', message)
  const postgres = stack.use(await startEmbeddedPostgres({ dataDir, password: secrets.superuser, log, warn }))
  onPart(postgres)
  log(`listening on 127.0.0.1:${postgres.port}`)
  return { urls: await provisionDatabases(postgres.url, secrets), folder: postgres.folder }
}

async function migrateAndReport(databaseUrls: DatabaseUrls, output: Output): Promise<void> {
  const applied = await migrateDatabases(databaseUrls)
  for (const database of databases) {
    const names = applied[database]
    if (names.length === 0) continue
    output.progress(`Migrated the database of ${database}: ${names.length} migrations`)
    output.report('postgres', 'info', `migrated ${database}: ${names.join(', ')}`)
  }
}

async function ownRedis(
  dataDir: string,
  secrets: Secrets,
  { env }: Settings,
  { output, onPart }: StartupHooks,
  stack: AsyncDisposableStack,
): Promise<string | null> {
  const redis = await startRedis(dataDir, secrets.redis, env, output).catch((error: unknown) => {
    if (!(error instanceof UserFacingError)) throw error
    output.report(
      'redis',
      'warn',
      `${error.message} Continuing without Redis: services read each other's change logs over HTTP.`,
    )
    return null
  })
  if (redis === null) return null
  stack.use(redis)
  onPart(redis)
  return redis.url
}

/** Both folders, or only the data folder if it contains the Postgres folder. */
function foldersOf(dataDir: string, postgres: string): string[] {
  return postgres.startsWith(`${dataDir}/`) ? [dataDir] : [dataDir, postgres]
}
