import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../../platform/root.ts'
import { forServices, services, type Service } from '../../../contracts/topology.ts'
import { migrateDatabases, provisionDatabases, type DatabaseUrls } from '../../../local/system/databases.ts'
import type { Output } from '../../../local/system/output.ts'
import { startRedis, type Redis } from '../../../local/redis/start-redis.ts'
import { makeSecrets } from '../../../local/system/secrets.ts'
import { inheritedEnv } from '../../../platform/config/read-config.ts'
import { UserFacingError } from '../../../platform/lifecycle.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../local/postgres/start.ts'
import { provision } from '../../../platform/postgres/provision.ts'
import { run } from '../../../local/processes/run.ts'
import { getRedis } from '../../support/redis/get-redis.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { createCopyTables } from '../copies/tables.ts'
import { openProxy, through, type Proxy } from './proxy.ts'

/** The servers of this run: a durable Postgres and a Redis, with proxies to them. */
export type Servers = AsyncDisposable & {
  folder: string
  postgres: EmbeddedPostgres
  redis: Redis
  internalSecret: string
  /** URLs without proxies, for the run itself. */
  databaseUrls: DatabaseUrls
  copyUrls: DatabaseUrls
  /** Proxies that the system uses. */
  proxies: { databases: Readonly<Record<Service, Proxy>>; copies: Proxy; redis: Proxy }
  /** The same URLs, through the proxies. */
  proxied: { databaseUrls: DatabaseUrls; copyUrls: DatabaseUrls; redisUrl: string }
}

export async function openServers(output: Output): Promise<Servers> {
  await using stack = new AsyncDisposableStack()
  const { path: folder } = stack.use(await temporaryFolder())
  const secrets = makeSecrets(randomBytes)
  const dataDir = join(folder, 'postgres')
  await mkdir(dataDir, { mode: 0o755 })
  const postgres = stack.use(
    await startEmbeddedPostgres({
      dataDir,
      password: secrets.superuser,
      log: (line) => output.report('postgres', 'info', line),
    }),
  )
  const databaseUrls = await provisionDatabases(postgres.url, secrets)
  await migrateDatabases(databaseUrls)
  const copies = await provision(
    postgres.url,
    services.map((service) => ({ name: `chaos_copy_of_${service}`, password: secrets.superuser })),
  )
  const copyUrls = forServices((service) => copies[services.indexOf(service)] ?? '')
  for (const service of services) await createCopyTables(service, copyUrls[service])
  const redis = stack.use(await openRedis(folder, secrets.redis, output))

  const ways = await Promise.all(
    [...services, 'copies' as const].map(async () => stack.use(await openProxy(postgres.port))),
  )
  const databases = forServices((service) => ways[services.indexOf(service)] as Proxy)
  const toCopies = ways.at(-1) as Proxy
  const toRedis = stack.use(await openProxy(Number(new URL(redis.url).port)))
  const opened = stack.move()
  return {
    folder,
    postgres,
    redis,
    internalSecret: secrets.internal,
    databaseUrls,
    copyUrls,
    proxies: { databases, copies: toCopies, redis: toRedis },
    proxied: {
      databaseUrls: forServices((service) => through(databaseUrls[service], databases[service])),
      copyUrls: forServices((service) => through(copyUrls[service], toCopies)),
      redisUrl: through(redis.url, toRedis),
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

async function openRedis(folder: string, password: string, output: Output): Promise<Redis> {
  const env = inheritedEnv()
  const log = (line: string) => output.report('redis', 'info', line)
  const got = await getRedis({ path: env['PATH'] ?? '', cache: join(root, '.cache/redis'), log, run })
  if (got.kind === 'none') throw new UserFacingError(got.reason)
  const redis = await startRedis(folder, password, { ...env, PATH: got.path }, output)
  if (!redis) throw new UserFacingError('No Redis: put redis-server or valkey-server on the PATH.')
  return redis
}
